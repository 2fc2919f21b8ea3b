// Answers of a test are kept as they are given: on the server, and on this device until the server has them.
const form = document.querySelector("form[data-test]");
const line = form && form.querySelector("[data-saved]");
const key = form && `perille-test-${form.dataset.test}-${form.querySelector("[name=number]").value}`;
let waiting = 0;

function body() {
  const data = new FormData(form);
  data.set("do", "save");
  return new URLSearchParams(data);
}

function keepHere(text) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch (error) {
    // A device that keeps nothing still has the server.
  }
}

async function save() {
  const sent = body().toString();
  keepHere(sent);
  try {
    const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
    if (reply.status >= 400 && reply.status < 500) {
      // Handed in elsewhere, or the time is over: the page itself says so.
      keepHere("");
      return location.reload();
    }
    if (!reply.ok) throw new Error(reply.status);
    keepHere("");
    line.textContent = line.dataset.wordsSaved;
  } catch (error) {
    line.textContent = line.dataset.wordsWaiting;
  }
}

function restore() {
  let kept = null;
  try {
    kept = localStorage.getItem(key);
  } catch (error) {
    return;
  }
  if (!kept) return;
  for (const [name, value] of new URLSearchParams(kept)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
      else if (field.type !== "hidden") field.value = value;
    }
  }
  save();
}

if (form) {
  restore();
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 300);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    keepHere("");
  });
  addEventListener("online", save);
}
