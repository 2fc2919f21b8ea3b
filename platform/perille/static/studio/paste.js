/* What is pasted from Word, Google Docs, a page or WhatsApp comes in as words: bold, lists and links are kept as marks, and nothing else.
 * No picture of the clipboard is asked for, so none can tell where somebody writes. Ctrl+Z takes a paste back, as always. */
(function () {
  "use strict";
  const GONE = "style, script, head, title, meta, link, template, svg, img, picture, video, audio, object, iframe, input, select, button";
  const BLOCKS = /^(P|DIV|H[1-6]|LI|UL|OL|TR|TABLE|TBODY|THEAD|BLOCKQUOTE|PRE|SECTION|ARTICLE|HEADER|FOOTER|DL|DT|DD|FIGURE|FIGCAPTION)$/;
  const BREAKS = /\r\n|[\r\u2028\u2029\u0085\v\f]/g;
  const UNTYPED = /[\0\u0002\u0003\ufeff\u202a-\u202e]/g;
  const LETTER = /[^\s*_]/;

  /* The same as `perille.studio.pasted` of the server, which hears of no paste, but that a no-break space stays only next to a digit: between the thousands of a number, and before its unit. */
  function plain(text) {
    return text.replace(BREAKS, "\n").replace(UNTYPED, "")
      // Two spaces at the end of a line would break it for readers.
      .replace(/[ \t\u00a0\u202f]{2,}/g, function (run) { return /[\u00a0\u202f]/.test(run) ? " " : run; })
      .replace(/[\u00a0\u202f]/g, function (sign, at, all) {
        return /\d/.test(all[at - 1] || "") && /[\d%€$°a-zа-я]/i.test(all[at + 1] || "") ? sign : " ";
      });
  }

  function styleOf(node) {
    return (node.getAttribute("style") || "").toLowerCase().replace(/\s+/g, "");
  }

  function isHidden(node) {
    return node.hidden || /display:none|mso-hide:all|mso-list:ignore|visibility:hidden/.test(styleOf(node));
  }

  /* Google Docs puts a <b> with the weight of ordinary words around all. */
  function isBold(node, was) {
    const weight = /font-weight:(\w+)/.exec(styleOf(node));
    if (weight) {
      return weight[1] === "bold" || weight[1] === "bolder" || Number(weight[1]) >= 600;
    }
    return was || /^(B|STRONG|H[1-6]|TH)$/.test(node.tagName);
  }

  /* A sign that would be a mark is words here. */
  function escaped(text) {
    return text.replace(/[\\*`[\]]/g, "\\$&");
  }

  function put(state, text, isHeavy, link) {
    const line = state.lines[state.lines.length - 1];
    const last = line.runs[line.runs.length - 1];
    if (last && last.isHeavy === isHeavy && last.link === link) {
      last.text += text;
    } else {
      line.runs.push({ text: text, isHeavy: isHeavy, link: link });
    }
  }

  function hasWords(line) {
    return line.runs.some(function (run) { return run.text.trim(); });
  }

  /* Two breaks part paragraphs. */
  function breakLine(state) {
    const line = state.lines[state.lines.length - 1];
    state.lines.push({ mark: "", runs: [], isOpen: true, isNear: hasWords(line) });
  }

  function begin(state, mark) {
    const line = state.lines[state.lines.length - 1];
    if (hasWords(line) || !line.isOpen) {
      state.lines.push({ mark: mark, runs: [], isOpen: true });
    } else {
      line.mark = mark || line.mark;
    }
  }

  /* Word writes a list as paragraphs, with the sign of each in a part that it calls "Ignore". */
  function wordMark(node) {
    const sign = /mso-list:l\d/.test(styleOf(node)) && node.querySelector("[style*='mso-list' i]");
    if (!sign) {
      return "";
    }
    return /^\s*\w{1,3}[.)]/.test(sign.textContent) ? "1. " : "- ";
  }

  function markOf(node) {
    if (node.tagName === "LI") {
      return node.parentNode && node.parentNode.tagName === "OL" ? "1. " : "- ";
    }
    return node.tagName === "P" ? wordMark(node) : "";
  }

  function walk(node, state, isHeavy, link) {
    if (node.nodeType === 3) {
      Array.from(node.data.split(/[\u2028\u2029\u0085\v\f]/)).forEach(function (part, at) {
        if (at > 0) {
          breakLine(state);
        }
        put(state, part.replace(/[ \t\r\n]+/g, " "), isHeavy, link);
      });
      return;
    }
    if (node.nodeType !== 1 || node.matches(GONE) || node.tagName.includes(":") || isHidden(node)) {
      return;
    }
    if (node.tagName === "BR") {
      breakLine(state);
      return;
    }
    const isBlock = BLOCKS.test(node.tagName);
    const address = node.tagName === "A" && /^https:\/\/[^\s()]+$/.test(node.getAttribute("href") || "") ? node.getAttribute("href") : link;
    if (isBlock) {
      begin(state, markOf(node));
    }
    for (const child of Array.from(node.childNodes)) {
      walk(child, state, isBold(node, isHeavy), address);
    }
    if (node.tagName === "TD" || node.tagName === "TH") {
      put(state, " ", false, "");
    } else if (isBlock) {
      state.lines[state.lines.length - 1].isOpen = false;
      begin(state, "");
    }
  }

  /* Stars next to a space would be seen by readers: spaces stand outside of them. */
  function written(run) {
    const found = /^(\s*)([\s\S]*?)(\s*)$/.exec(plain(run.text));
    let words = escaped(found[2]);
    if (!LETTER.test(words)) {
      return found[0];
    }
    if (run.link && words !== escaped(run.link)) {
      words = "[" + words + "](" + run.link + ")";
    } else if (run.link) {
      words = run.link;
    }
    return found[1] + (run.isHeavy ? "**" + words + "**" : words) + found[3];
  }

  function lineOf(line) {
    const words = line.runs.map(written).join("").replace(/ {2,}/g, " ").trim();
    return words && !line.mark ? words.replace(/^(#|>|:::|\|)/, "\\$1") : words && line.mark + words;
  }

  /* A paragraph is parted from the next by an empty line; entries of one list are not. */
  function fromHtml(html) {
    const state = { lines: [{ mark: "", runs: [], isOpen: true }] };
    walk(new DOMParser().parseFromString(html, "text/html").body, state, false, "");
    let text = "";
    let before = null;
    for (const line of state.lines) {
      const words = lineOf(line);
      if (words) {
        const gap = line.mark && before && before.mark ? "\n" : "\n\n";
        // Two spaces before the end of a line make it a new line for readers, too.
        text += (before ? (line.isNear ? "  \n" : gap) : "") + words;
        before = line;
      }
    }
    return text;
  }

  function isFormatted(html) {
    return /<(b|strong|h[1-6]|li|a|p|br|div|td)[\s>]|font-weight/i.test(html);
  }

  /* execCommand keeps what Ctrl+Z takes back; browsers that have none for fields put the words in all the same. */
  function insert(field, text) {
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  document.addEventListener("paste", function (event) {
    const field = event.target;
    const clipboard = event.clipboardData;
    if (!clipboard || !field.matches || !field.matches("main textarea:not(.code-area)")) {
      return;
    }
    const isSource = Array.from(clipboard.types).includes("vscode-editor-data");
    const html = field.hasAttribute("data-marks") && !isSource ? clipboard.getData("text/html") : "";
    const typed = clipboard.getData("text/plain");
    const text = html && isFormatted(html) ? fromHtml(html) : plain(typed);
    if (text && text !== typed) {
      event.preventDefault();
      insert(field, text);
    }
  });
})();
