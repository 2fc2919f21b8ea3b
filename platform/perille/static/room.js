// The screen in a room is turned by a key or a clicker, which sends Page Down and Page Up.
const ways = { next: document.querySelector(".ways a.main"), back: document.querySelector("a[rel=prev]") };
const mirrored = document.documentElement.dir === "rtl";
const keys = {
  PageDown: "next",
  " ": "next",
  ArrowRight: mirrored ? "back" : "next",
  PageUp: "back",
  ArrowLeft: mirrored ? "next" : "back",
};

// A long screen is read to its end first: these two keys move it, as everywhere. Its end is the way on, and not the foot of the page.
function hasMore(key, way) {
  return (key === "PageDown" || key === " ") && way.getBoundingClientRect().bottom > document.documentElement.clientHeight + 8;
}

addEventListener("keydown", (event) => {
  const way = ways[keys[event.key]];
  // Somebody who chooses an answer or opens a menu with the keyboard means that.
  const busy = event.target.closest && event.target.closest("input, select, textarea, button, summary, audio, video");
  if (!way || busy || hasMore(event.key, way) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  location.assign(way.href);
});
