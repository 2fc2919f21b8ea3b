// The newest statements, looked for every few seconds while somebody sees the page. The server writes the rows; rows that
// are here already are left alone, so that focus and selection stay where they are.
const PAUSE_MS = 5000;
const rows = document.querySelector("#rows");
const still = document.querySelector("#still");
const live = document.querySelector("#live");

function show(works) {
  still.hidden = works;
  live.hidden = !works;
}

function merge(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const here = new Map([...rows.children].map((row) => [row.dataset.id, row]));
  const wanted = [...template.content.children].map((row) => here.get(row.dataset.id) || row);
  if (wanted.length === rows.children.length && wanted.every((row, place) => row === rows.children[place])) return;
  for (const row of [...rows.children]) if (!wanted.includes(row)) row.remove();
  wanted.forEach((row, place) => {
    if (rows.children[place] !== row) rows.insertBefore(row, rows.children[place] || null);
  });
  document.querySelector("#none").hidden = wanted.length > 0;
  document.querySelector("#list").hidden = wanted.length === 0;
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(rows.dataset.from, { cache: "no-store" });
    // Signed out meanwhile: the answer is a page that says so, not rows.
    if (answer.ok) merge(await answer.text());
    show(answer.ok);
  } catch (error) {
    show(false);
  }
}

show(true);
setInterval(look, PAUSE_MS);
addEventListener("visibilitychange", look);
