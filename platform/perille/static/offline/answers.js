// A page of a course that was taken along: its answers are marked here and wait to be sent; "next" needs no line.
(function (perille) {
  "use strict";
  const { scorers, add, send, all, known, update, hasLine, isLeft, openHere, SITE } = perille;
  const place = new RegExp(`^(${SITE}/([a-z-]+)/((?:courses|modules)/[^/?]+))(?:/([^/?]+))?`).exec(location.pathname);
  const cacheName = `perille-course:${place[2]}/${place[3]}`;
  const match = (path) => caches.match(path, { cacheName });

  // The address of a unit of this course, or of its own page, with the second language of the page one is on.
  function addressOf(unit, item) {
    const query = new URLSearchParams(item && { item });
    const second = new URLSearchParams(location.search).get("with");
    if (second) query.set("with", second);
    return unit ? `${place[1]}/${unit}?${query}`.replace(/\?$/, "") : place[1];
  }

  // What came with the course for all of its pages, among it which letters count as one (shared.js).
  async function whole() {
    const kept = await (await match(`${SITE}/whole`)).json();
    Object.assign(perille.letters, kept.letters);
    return kept;
  }

  async function itemsHere() {
    const found = await match(addressOf(`${place[4]}/items`));
    return found && whole().then(() => found.json());
  }

  function actOf(more) {
    return Object.assign({ lang: place[2], course: place[3], unit: place[4] || "" }, more);
  }

  // An act is on the phone before the page says so; then it is sent, where there is a line. False where a phone that is full, or keeps
  // nothing, has no line either; with one, the form goes its ordinary way.
  async function done(more) {
    try {
      await add(actOf(more));
    } catch (error) {
      if (await hasLine()) throw error;
      return false;
    }
    send().catch(() => undefined);
    return true;
  }

  const keep = (name, value) => update((found) => { found.mine = Object.assign({}, found.mine, { [name]: value }); }).catch(() => undefined);
  const listOf = (name) => known("mine").then((found) => found[name] || []).catch(() => []);

  function fieldsOf(form) {
    const fields = {};
    for (const [name, value] of new URLSearchParams(new FormData(form))) (fields[name] = fields[name] || []).push(value);
    return fields;
  }

  function html(text) {
    const made = document.createElement("template");
    made.innerHTML = text;
    return made.content;
  }

  function markAll(form, name, says, marks) {
    for (const [field, value, right] of marks) {
      const wanted = field ? `${name}.${field}` : name;
      const found = [...form.elements].find((each) => each.name === wanted && (each.localName === "select" || each.value === value));
      if (!found) continue;
      const mark = html(right ? says.right : says.wrong);
      if (found.localName === "select") found.after(mark);
      else found.closest("label").append(mark);
    }
  }

  function resultOf(form, item, says, response, outcome, typed) {
    const partly = response && !outcome.success && outcome.scaled > 0;
    const box = document.createElement("div");
    box.className = `result ${outcome.success ? "result-right" : response && !partly ? "result-wrong" : "result-open"}`;
    const add = (text, name = "p", to = box) => {
      const made = to.appendChild(document.createElement(name));
      made.append(html(text));
      return made;
    };
    const list = (lines) => {
      const made = add("", "ul");
      for (const line of lines) add(line, "li", made);
      return made;
    };
    if (response) add(outcome.success ? says.right : partly ? says.partly : says.wrong);
    else add(!typed ? says.none : item.type === "numeric" ? says.no_number : says.no_word);
    // A mark in the middle of a text is easily missed, and is not heard with the first word.
    const gaps = partly ? [...form.querySelectorAll(".gap")] : [];
    const markOf = (gap) => (gap.querySelector(".mark") || { outerHTML: says.none }).outerHTML;
    if (gaps.length) list(gaps.map((gap) => `${gap.querySelector("label").innerHTML}: ${markOf(gap)}`)).className = "gap-marks";
    for (const part of outcome.feedback) add(item.words[part]).className = "feedback";
    const scorer = scorers[item.type];
    const missed = response && !outcome.success && scorer.missed ? scorer.missed(item, response) : [];
    if (missed.length) {
      add(says.also_right);
      list(missed.map((part) => item.words[part]));
    }
    return box;
  }

  function show(form, item, says, response, outcome, typed) {
    const name = `a-${item.key}`;
    for (const old of form.querySelectorAll(".mark, .result, .feedback, .notice")) old.remove();
    const fields = form.querySelector("fieldset") || form;
    if (response) markAll(form, name, says, scorers[item.type].mark(item, response, outcome));
    const box = resultOf(form, item, says, response, outcome, typed);
    box.id = `${name}-result`;
    box.tabIndex = -1;
    fields.append(box);
    fields.setAttribute("aria-describedby", box.id);
    const hint = form.querySelector("details.hint");
    if (hint && !outcome.success) hint.open = true;
    const button = form.querySelector(":scope > p > button");
    if (button) button.innerHTML = says.again;
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
    return box;
  }

  function notice(form, text, where = "append") {
    for (const old of form.querySelectorAll("[data-needs-line]")) old.remove();
    form[where](html(`<p data-needs-line class="notice" role="status">${text}</p>`));
  }

  // The form goes the way that it would have gone without this script.
  function passOn(form, button) {
    form.passes = true;
    button.click();
  }

  async function answered(form, button, kept) {
    const fields = fieldsOf(form);
    const item = kept.items[fields.item[0]];
    // A text that is too long to wait with others goes as a form.
    const known = item && scorers[item.type] && fields.edition[0] === kept.edition && JSON.stringify(fields).length < 30000;
    // What the phone cannot mark, and a check, whose state is the server's, ask for a line first.
    if (kept.test || !known) {
      if (await hasLine()) return passOn(form, button);
      if (!known) return notice(form, kept.says.needs_line);
    }
    return answerHere(form, kept, item, fields);
  }

  async function answerHere(form, kept, item, fields) {
    const name = `a-${item.key}`;
    let stored = true;
    const scorer = scorers[item.type];
    const response = scorer.parse(item, fields, name);
    const outcome = response ? scorer.score(item, response) : perille.noAnswer();
    if (response) {
      const given = {};
      for (const field of Object.keys(fields)) if (field.split(".")[0] === name) given[field] = fields[field];
      stored = await done({ kind: "answer", item: item.key, form: given });
    }
    show(form, item, kept.says, response, outcome, (fields[name] || [""])[0].trim());
    if (!stored) notice(form, kept.says.full);
    if (kept.test && outcome.success) await goOn(form, kept, item);
  }

  // Of a check: what was answered right on this phone.
  async function goOn(form, kept, item) {
    // At once: who presses it again before the next question is offered would answer this one twice.
    form.querySelector(":scope > p > button").hidden = true;
    const name = `right ${place[3]}/${kept.unit}`;
    const right = (await listOf(name)).concat(item.key);
    await keep(name, right);
    const at = kept.keys.indexOf(item.key) + 1;
    const next = kept.keys.slice(at).concat(kept.keys).find((key) => !right.includes(key));
    const line = document.createElement("p");
    line.append(html(next ? kept.says.next_question : kept.says.all_right));
    line.querySelector("a").href = addressOf(next && kept.unit, next);
    form.after(line);
    if (!next) await noteDone(kept.unit);
  }

  const keyOf = (link) => link.pathname.split("/").pop();
  const PROGRESS = `done ${place[3]}`;

  async function noteDone(units) {
    await keep(PROGRESS, [...new Set((await listOf(PROGRESS)).concat(units))]);
  }

  // The next page is opened when what was done is on the phone.
  async function goNext(form, button) {
    const starts = /\/start(\?|$)/.test(form.getAttribute("action"));
    if (starts && (await hasLine())) return passOn(form, button);
    const kept = await whole();
    // Said once; who presses again goes on without.
    if (!(await done({ kind: starts ? "start" : "next" })) && !form.told) {
      form.told = true;
      return notice(form, kept.says.full);
    }
    if (!starts) await noteDone(place[4]);
    location.href = addressOf(kept.order[starts ? 0 : kept.order.indexOf(place[4]) + 1]);
  }

  // What was done in this course by whoever is here and was not sent when this page came.
  async function unsent() {
    const acts = await all();
    // Somebody else may be here by now: where there is a line the queue knows of it when it has asked.
    await hasLine();
    const who = (await known("who")) || "";
    return acts.filter((act) => act.course === place[3] && act.who === who && !act.refused);
  }

  // The course's page is that of somebody who was never here: what was done is drawn from what this phone knows.
  async function drawWay() {
    const badge = document.querySelector("[data-progress]");
    // While three pictures stand before what was open here last, nothing of it is shown.
    if (!badge || isLeft() || openHere() === "0") return;
    // What the server's own page says of this learner holds without a line, too.
    if (badge.dataset.progress !== "none") return noteDone([...document.querySelectorAll("ol.way li.done > a")].map(keyOf));
    const waiting = await unsent();
    const here = await listOf(PROGRESS);
    if (!here.concat(waiting)[0]) return;
    const kept = await whole();
    for (const link of document.querySelectorAll("ol.way li > a")) {
      if (!here.includes(keyOf(link))) continue;
      link.parentNode.className = "done";
      link.querySelector(".dot").innerHTML = kept.says.tick;
      link.querySelector(".station-title").insertAdjacentHTML("beforeend", kept.says.done);
    }
    const next = kept.order.find((key) => !here.includes(key));
    const form = document.querySelector("form[data-start]");
    if (!form) return;
    const line = document.createElement("p");
    line.innerHTML = next ? kept.says.go_on : kept.says.end;
    if (next) line.firstChild.href = addressOf(next);
    form.replaceWith(line);
  }

  const TICKED = `errands ${place[3]}`;
  const keyOfErrand = (form) => form.elements.errand.value;

  function drawTick(form, state) {
    for (const each of form.querySelectorAll("[data-if]")) each.hidden = each.dataset.if !== state;
    form.hidden = false;
  }

  async function tick(form, button) {
    if (await hasLine()) return passOn(form, button);
    const item = keyOfErrand(form);
    if (!(await done({ kind: "errand", item, form: { done: [button.value] } }))) return notice(form, (await whole()).says.full);
    await keep(TICKED, Object.assign({}, await listOf(TICKED), { [item]: button.value }));
    drawTick(form, button.value);
    form.querySelector("button:not([hidden])").focus();
  }

  // The kept list is that of somebody who was never here: its ticks are those that this phone knows of. Those of the server's own list hold
  // without a line, too, under what was not sent when it came.
  async function drawTicks() {
    const forms = [...document.querySelectorAll("form[data-tick]")];
    if (!forms[0] || isLeft() || openHere() === "0") return;
    const line = hasLine();
    const ticks = {};
    const waiting = await unsent();
    for (const form of forms) ticks[keyOfErrand(form)] = form.dataset.tick;
    if (forms[0].hidden) {
      if (await line) return;
      Object.assign(ticks, await listOf(TICKED));
    }
    for (const act of waiting) if (act.kind === "errand") ticks[act.item] = act.form.done[0];
    await keep(TICKED, ticks);
    for (const form of forms) drawTick(form, ticks[keyOfErrand(form)]);
  }

  // Words of the list are looked for here as well.
  async function findWords(form) {
    await whole();
    const wanted = perille.normalised(form.elements.q.value);
    for (const row of document.querySelectorAll(".words dl > div")) {
      row.hidden = !perille.normalised(row.textContent).includes(wanted);
    }
  }

  function workOf(form, items) {
    const action = form.getAttribute("action") || "";
    if (items && form.classList.contains("check")) {
      return async (button) => {
        const kept = await items;
        return kept ? answered(form, button, kept) : passOn(form, button);
      };
    }
    if (/\/(start|next)(\?|$)/.test(action)) return (button) => goNext(form, button);
    if (form.dataset.tick) return (button) => tick(form, button);
    if (form.classList.contains("word-search")) return () => findWords(form);
    return false;
  }

  // On the document, so that old browsers come here before lesson.js, which would send the form.
  function onSubmit(items, event) {
    const form = event.target;
    const work = !form.passes && workOf(form, items);
    form.passes = false;
    if (!work) return;
    event.preventDefault();
    event.stopPropagation();
    const active = document.activeElement;
    const button = event.submitter || (form.contains(active) && active.closest("button")) || form.querySelector("button");
    work(button).catch(() => passOn(form, button));
  }

  const tell = async (what) => notice(document.querySelector("main"), (await whole()).says[what], "prepend");

  // What was done here, and the course as it is now does not take, is said once; that numbers of a year ago may not hold, on each page.
  async function sayWhatIsWrong() {
    if (Date.now() - Date.parse((await whole()).made) > 3e10 && !(await hasLine())) await tell("old");
    if ((await known("lost")) !== place[3] || isLeft()) return;
    await tell("changed");
    await update((found) => { found.lost = 0; });
  }

  // Where several learn here: whose progress is open. With two presses it is another one's. Pages of the server say so by themselves, and
  // those of a guest have no such scripts (app.js).
  async function drawPeople() {
    const people = (await known("people")) || [];
    if (!people[1] || isLeft() || document.querySelector("[data-profile]")) return;
    const box = html((await whole()).says.people).firstElementChild;
    for (const button of box.querySelectorAll("button")) {
      const [picture, who] = people.find((each) => each[0] === +button.value) || [];
      const isOpen = document.cookie.includes(`perille_profile=${picture}.`);
      // Before one without a name stand three pictures, which the server knows.
      button.querySelectorAll(".who-now")[isOpen ? 0 : who ? 1 : 2].hidden = false;
      if (isOpen) box.firstElementChild.prepend(html(button.innerHTML));
      if (!picture) button.remove();
      button.addEventListener("click", () => {
        // The server follows with its next answer (app.js, profiles/switched.py).
        if (who) window.dispatchEvent(Object.assign(new Event("perille-opened"), { value: `${picture}.${who}.1` }));
        location.href = who ? place[1] : `${SITE}/${place[2]}/whose`;
      });
    }
    document.querySelector("main").prepend(box);
  }

  async function begin() {
    // Listened for at once: who presses before the questions are found would send the form to nobody.
    const items = place[4] ? itemsHere().catch(() => null) : null;
    document.addEventListener("submit", (event) => onSubmit(items, event), true);
    // With a line who learns here is asked for first: somebody may have locked theirs since.
    hasLine().then(drawPeople).catch(() => undefined);
    // A whole number, whatever the address says: the server reads no other.
    const screen = new URLSearchParams(location.search).get("screen") | 0 || 1;
    // Where somebody is who has not pressed their pictures moves nobody's place.
    if (document.querySelector("form[data-place]") && openHere() !== "0") await add(actOf({ kind: "place", screen }));
    await (place[4] ? drawTicks() : drawWay());
    await sayWhatIsWrong();
  }

  begin().catch(() => undefined);
})(self.perille);
