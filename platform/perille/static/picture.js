// A picture of words, for the gallery of a phone or for a message: drawn here, so it needs no line and nothing is sent.
const WIDTH = 1080;
const EDGE = 72;
const LEADING = 1.4;
const INK = "#17262b";
const PAPER = "#fbf8f2";

// The rows that a text takes in the letters of *pen*.
function rowsOf(pen, text) {
  const rows = [];
  let row = "";
  for (const word of text.split(/\s+/)) {
    const longer = row ? `${row} ${word}` : word;
    if (row && pen.measureText(longer).width > WIDTH - 2 * EDGE) {
      rows.push(row);
      row = word;
    } else row = longer;
  }
  return rows.concat(row);
}

// *parts*: each with its text, the size of its letters, and the direction in which it is read.
function draw(parts) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const family = window.getComputedStyle(document.body).fontFamily;
  const rows = [];
  for (const part of parts) {
    const font = `${part.strong ? 700 : 400} ${part.size}px ${family}`;
    pen.font = font;
    for (const text of rowsOf(pen, part.text.trim())) rows.push({ text, font, size: part.size, isRtl: part.direction === "rtl" });
  }
  canvas.width = WIDTH;
  canvas.height = 2 * EDGE + rows.reduce((sum, row) => sum + row.size * LEADING, 0);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = INK;
  let bottom = EDGE;
  for (const row of rows) {
    bottom += row.size * LEADING;
    pen.font = row.font;
    pen.direction = row.isRtl ? "rtl" : "ltr";
    pen.textAlign = row.isRtl ? "right" : "left";
    pen.fillText(row.text, row.isRtl ? WIDTH - EDGE : EDGE, bottom - row.size * (LEADING - 1));
  }
  return canvas;
}

const pictureOf = (parts) => new Promise((done) => draw(parts).toBlob(done, "image/png"));

function partOf(element, size, strong) {
  return { text: element.textContent, size, strong, direction: window.getComputedStyle(element).direction };
}

// The sentence of a counter card, above it what was typed, below it one's own language.
function cardParts(card) {
  const typed = card.querySelector("input");
  const parts = [partOf(card.querySelector(".theirs"), 96, true)];
  if (typed && typed.value.trim()) parts.push({ text: typed.value, size: 80, strong: true, direction: window.getComputedStyle(typed).direction });
  const mine = card.querySelector(".mine");
  return mine ? parts.concat(partOf(mine, 56, false)) : parts;
}

const canShare = (files) => Boolean(navigator.canShare && navigator.canShare({ files }));

// In an app on the home screen of iOS a file that is downloaded cannot be left again: there the phone's own sheet keeps it.
function save(blob) {
  const files = [new window.File([blob], "sentence.png", { type: "image/png" })];
  if (navigator.standalone && canShare(files)) {
    navigator.share({ files }).catch(() => undefined);
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = files[0].name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

for (const button of document.querySelectorAll("[data-picture]")) {
  const card = button.closest(".counter-card");
  button.hidden = false;
  button.addEventListener("click", () => pictureOf(cardParts(card)).then(save));
}

self.perillePicture = { pictureOf, partOf, canShare };
