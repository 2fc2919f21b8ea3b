// Hands a course on: by the phone's own sheet of messengers, with a picture of its title where that takes one, else by copying its address.
// Nothing is loaded from any of them.
const button = document.querySelector("[data-share]");
const told = document.querySelector("[data-share-said]");
const PATIENCE_MS = 1000;
let card = null;

function copy(address) {
  const field = document.createElement("input");
  field.value = address;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  button.focus();
  told.textContent = copied ? told.dataset.copied : address;
}

// The picture is drawn as the finger comes down: after the press there is little time to share a file.
function prepare() {
  if (card || !navigator.canShare) return;
  const script = Object.assign(document.createElement("script"), { type: "module", src: button.dataset.script });
  card = new Promise((done) => {
    script.onerror = () => done(null);
    script.onload = () => {
      const { pictureOf, partOf } = self.perillePicture;
      const parts = [partOf(document.querySelector("h1"), 88, true), partOf(document.querySelector(".lead"), 52, false)];
      pictureOf(parts).then((blob) => done(new window.File([blob], "course.png", { type: "image/png" })), () => done(null));
    };
  });
  document.head.append(script);
}

async function share() {
  const title = document.querySelector("h1").textContent;
  const url = new URL(button.dataset.share, location.href).href;
  if (!navigator.share) return copy(url);
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, null));
  const picture = await Promise.race([card, late]);
  const files = picture ? [picture] : [];
  // Beside a file many messengers take the text alone.
  const shared = files.length && self.perillePicture.canShare(files) ? { title, text: `${title}\n${url}`, files } : { title, url };
  return navigator.share(shared).catch((error) => error.name !== "AbortError" && copy(url));
}

button.hidden = false;
for (const event of ["pointerdown", "focus"]) button.addEventListener(event, prepare);
button.addEventListener("click", share);
