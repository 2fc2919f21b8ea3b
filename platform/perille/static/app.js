// Leaving fast: the page is covered at once, the browser forgets us, and the way back does not lead here.
const EXIT = document.querySelector("#quick-exit");
const TARGET = EXIT ? EXIT.href : "/leave";
const WINDOW_MS = 5000;
const PRESSES = 3;

export function leave() {
  document.documentElement.classList.add("leaving");
  // On a slow line the page stays until the next one comes: nobody shall hear it meanwhile.
  for (const voice of document.querySelectorAll("audio")) voice.pause();
  document.title = "";
  try {
    sessionStorage.clear();
    localStorage.clear();
  } catch (error) {
    // Storage may be switched off: there is nothing to clear then.
  }
  location.replace(TARGET);
}

for (const link of document.querySelectorAll("[data-exit]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
}

let presses = [];
addEventListener("keyup", (event) => {
  if (event.key !== "Shift") {
    presses = [];
    return;
  }
  const now = Date.now();
  presses = presses.filter((at) => now - at < WINDOW_MS).concat(now);
  if (presses.length >= PRESSES) leave();
});

// A page that comes back from the browser's memory after leaving must not show itself.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.documentElement.classList.contains("leaving")) location.replace(TARGET);
});

// One voice at a time. The event does not bubble, so it is caught on its way down.
addEventListener("play", (event) => {
  for (const voice of document.querySelectorAll("audio")) if (voice !== event.target) voice.pause();
}, true);

// One menu at a time; Escape and a press elsewhere close it.
const menus = [...document.querySelectorAll("details.menu")];
for (const menu of menus) {
  menu.addEventListener("toggle", () => {
    if (menu.open) for (const other of menus) if (other !== menu) other.open = false;
  });
}
addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});
