// Hands a course on: by the phone's own sheet of messengers, else by copying its address. Nothing is loaded from any of them.
const button = document.querySelector("[data-share]");
const told = document.querySelector("[data-share-said]");

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

button.hidden = false;
button.addEventListener("click", () => {
  const shared = { title: document.querySelector("h1").textContent, url: new URL(button.dataset.share, location.href).href };
  if (!navigator.share) copy(shared.url);
  else navigator.share(shared).catch((error) => error.name !== "AbortError" && copy(shared.url));
});
