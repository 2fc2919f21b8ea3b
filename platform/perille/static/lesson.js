// Comfort for a bad line: answers come back without loading the page anew, and the place is remembered.
const place = document.querySelector("form[data-place]");
if (place && navigator.sendBeacon) {
  addEventListener("pagehide", () => {
    if (document.documentElement.classList.contains("leaving")) return;
    navigator.sendBeacon(place.action, new URLSearchParams(new FormData(place)));
  });
}

async function answer(form, button) {
  const body = new URLSearchParams(new FormData(form));
  // A button with a name is an answer, too: a choice in a role-play.
  if (button.name) body.append(button.name, button.value);
  button.disabled = true;
  try {
    const reply = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = page.getElementById(form.id);
    if (!fresh) throw new Error("no such question in the answer");
    form.replaceWith(fresh);
    attach(fresh);
    fresh.dispatchEvent(new Event("perille:fresh", { bubbles: true }));
    const said = fresh.querySelector(".result") ?? fresh;
    said.setAttribute("tabindex", "-1");
    said.focus({ preventScroll: true });
    said.scrollIntoView({ block: "nearest" });
  } catch {
    // The line is cut, or the page has changed: the form goes the ordinary way, and the browser says what is wrong.
    button.disabled = false;
    form.removeEventListener("submit", onSubmit);
    form.requestSubmit(button);
  }
}

function onSubmit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  answer(form, event.submitter ?? form.querySelector("button"));
}

function attach(form) {
  form.addEventListener("submit", onSubmit);
}

for (const form of document.querySelectorAll("form[data-check]")) attach(form);
