// What somebody chooses holds at once and on every later page, with or without a line. The button of the form asks the server, whose cookie some
// browsers keep for longer; without a line it has nothing to add.
const root = document.documentElement;
const form = document.querySelector("form[data-look-form]");
const YEAR_S = 365 * 24 * 3600;

function chosen() {
  return [...new FormData(form).values()].filter(Boolean);
}

function show() {
  const words = chosen();
  const secure = location.protocol === "https:" ? "; secure" : "";
  const age = words.length ? YEAR_S : 0;
  const life = words.length && /(?:^|; )perille_guest=/.test(document.cookie) ? "" : `; max-age=${age}`;
  document.cookie = `perille_look=${words.join(".")}; path=${root.getAttribute("data-site") || "/"}${life}; samesite=lax${secure}`;
  root.setAttribute("data-look", words.join(" "));
}

// A page that was kept on the phone may have been made before the choice.
const kept = (root.getAttribute("data-look") || "").split(" ");
for (const field of form.querySelectorAll("input")) {
  const others = [...form.querySelectorAll(`input[name="${field.name}"]`)].some((each) => each.value && kept.includes(each.value));
  field.checked = field.value ? kept.includes(field.value) : !others;
}
form.addEventListener("change", show);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  // A page by pictures is another page.
  fetch(form.action, { method: "POST", body }).then(() => location.reload(), () => form.scrollIntoView());
});
