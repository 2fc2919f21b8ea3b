/* Keys of authors: / chooses a block to add, ? shows all keys, Ctrl+S and Ctrl+Enter save. A letter is a key only where no text is written,
 * or on an empty line of one, and can be switched off (WCAG 2.1.4). */
(function (studio, keys) {
  "use strict";
  const adding = document.querySelector(".add-block form");
  const help = document.querySelector("[data-keys-page]");
  const FIELDS = "textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=file])";
  let menu = null;
  let back = null;

  /* Removing it takes the focus out of it, which closes it too. */
  function remove() {
    const node = menu;
    menu = null;
    if (node) {
      node.remove();
    }
  }

  function close() {
    remove();
    if (back) {
      back.focus();
    }
  }

  function openAs(node, at, field) {
    remove();
    menu = node;
    back = field;
    at.parentNode.insertBefore(menu, at.nextSibling);
  }

  function isOnEmptyLine(field) {
    const before = field.value.slice(0, field.selectionStart);
    const after = field.value.slice(field.selectionEnd);
    return field.selectionStart === field.selectionEnd && /(^|\n)$/.test(before) && /^(\n|$)/.test(after);
  }

  /* The block goes below the one in which one writes; a picture and a question have pages of their own, and go to the end of the screen. */
  function choose(target, field) {
    const cards = Array.from(document.querySelectorAll(".cards > .block"));
    const at = field ? cards.indexOf(field.closest(".block")) : -1;
    const before = document.createElement("input");
    if (target.tagName === "BUTTON" && at >= 0) {
      before.type = "hidden";
      before.name = "before";
      before.value = String(at + 1);
      adding.appendChild(before);
    }
    target.click();
    // The press has taken it along. Left here, it would still say so when somebody comes back to this page and adds at the end.
    before.remove();
  }

  function itemOf(target, field) {
    const item = document.createElement("button");
    item.type = "button";
    item.setAttribute("role", "menuitem");
    item.tabIndex = -1;
    item.textContent = target.textContent;
    item.addEventListener("click", function () {
      remove();
      choose(target, field);
    });
    return item;
  }

  function openMenu(field) {
    const list = document.createElement("div");
    list.className = "block-menu";
    list.setAttribute("role", "menu");
    list.setAttribute("aria-label", document.getElementById("add").textContent);
    for (const target of adding.querySelectorAll(".kind-buttons > *")) {
      list.appendChild(itemOf(target, field));
    }
    list.addEventListener("keydown", function (event) { walk(event, list, field); });
    list.addEventListener("focusout", function (event) {
      if (!list.contains(event.relatedTarget) && menu === list) {
        remove();
      }
    });
    openAs(list, field ? field.closest(".field") : adding, field);
    list.firstChild.focus();
    if (list.scrollIntoView) {
      list.scrollIntoView({ block: "nearest" });
    }
  }

  function walk(event, list, field) {
    const items = Array.from(list.children);
    const now = items.indexOf(document.activeElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 };
    if (event.key in to) {
      items[(to[event.key] + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "/" && field) {
      close();
      field.setRangeText("/", field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLocaleLowerCase();
      const found = items.slice(now + 1).concat(items).find(function (item) { return item.textContent.toLocaleLowerCase().startsWith(letter); });
      if (found) {
        found.focus();
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function openHelp() {
    const field = document.activeElement;
    fetch(help.href, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      return answer.text();
    }).then(function (html) {
      const page = new DOMParser().parseFromString(html, "text/html");
      const sheet = document.createElement("section");
      const button = document.createElement("button");
      sheet.className = "fact-sheet";
      sheet.setAttribute("aria-label", help.textContent);
      button.type = "button";
      button.className = "second small-button";
      button.textContent = document.querySelector("[data-words]").dataset.close;
      button.addEventListener("click", close);
      sheet.appendChild(button);
      sheet.appendChild(document.importNode(page.querySelector("[data-keys-list]"), true));
      sheet.addEventListener("keydown", function (event) {
        if (event.key === "Escape") {
          close();
        }
      });
      openAs(sheet, document.querySelector("main").lastElementChild, field);
      showSwitch();
      button.focus();
    }).catch(function () {
      location.href = help.href;
    });
  }

  function showSwitch() {
    for (const choice of document.querySelectorAll(".keys-list [data-keys-choice]")) {
      choice.hidden = false;
      choice.querySelector("[data-keys]").checked = keys.used();
    }
  }

  function saveFrom(field) {
    const form = field.form;
    // A button with a name does something besides, such as approve, or take other words in place of those that were typed.
    const button = form && form.querySelector("button:not([type=button]):not([name])");
    if (form && form.hasAttribute("data-save")) {
      studio.saveNow();
    } else if (button) {
      button.click();
    }
  }

  /* A keyboard for Arabic or Russian has another letter at the place of S; one for Latin letters may have S at another place. */
  function isKeyS(event) {
    const key = event.key.toLowerCase();
    return key === "s" || (event.code === "KeyS" && !/^[a-z]$/.test(key));
  }

  document.addEventListener("keydown", function (event) {
    const field = event.target.closest(FIELDS);
    const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (event.isComposing || event.repeat || event.defaultPrevented) {
      return;
    }
    if (isControl && isKeyS(event) && document.querySelector("form[data-save]")) {
      event.preventDefault();
      studio.saveNow();
    } else if (isControl && event.key === "Enter" && field && field.matches("textarea")) {
      event.preventDefault();
      saveFrom(field);
    } else if (!isControl && !event.altKey && event.key === "/" && adding) {
      const isText = field && field.matches("[data-block] textarea") && isOnEmptyLine(field);
      if ((isText || !field) && keys.used()) {
        event.preventDefault();
        openMenu(isText ? field : null);
      }
    } else if (!isControl && !event.altKey && (event.key === "?" || event.key === "؟") && !field && help && keys.used()) {
      event.preventDefault();
      openHelp();
    }
  });

  /* On a phone the tabs are one line, and that of the page itself may stand outside what is seen of it. */
  function showTab() {
    const here = document.querySelector(".tabs [aria-current]");
    if (here) {
      const place = here.getBoundingClientRect();
      const line = here.parentNode.getBoundingClientRect();
      here.parentNode.scrollLeft += place.left + place.width / 2 - line.left - line.width / 2;
    }
  }

  /* What is not saved yet is on its way before the page that a press leads to is made, so that it shows it. */
  document.addEventListener("submit", function () { studio.flush(); });
  showSwitch();
  showTab();
})(window.perilleStudio, window.perilleKeys);
