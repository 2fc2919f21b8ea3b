"""Somebody who goes through a course by keyboard alone: Tab, arrows, space and Enter, on a screen of 320 pixels or a wide one.

Each thing that has the focus is looked at on the way: it is on the screen, nothing lies on it, and its ring is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Page

from perille.domain.item import Item
from support.browser_visitor import BrowserVisitor
from support.one_button import OneButton, right_answer

NAME = "Amina Warsame"
PHONE, WIDE = (320, 740), (1280, 800)
#: More screens than a course has, and more things on one screen than there are.
_SCREENS, _STOPS = 320, 160
#: How often a screen may be come to before the way is a circle.
_OFTEN = 4
_STOP = """() => { const here = document.activeElement;
    if (!here || here === document.body) return null;
    const box = here.getClientRects()[0] || here.getBoundingClientRect(), labels = [...(here.labels || [])];
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const seen = top && (here.contains(top) || top.contains(here) || labels.some((label) => label.contains(top)));
    const ring = [here, here.parentElement, here.nextElementSibling, ...labels].some((each) => { if (!each) return false;
        const style = getComputedStyle(each);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"; });
    const off = box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth;
    const asked = here.closest("form.check") && here.closest("form.check").querySelector("[name=item]");
    const group = here.type !== "radio" ? []
        : [...here.form.querySelectorAll("input[type=radio]")].filter((each) => each.name === here.name && !each.disabled);
    const step = here.closest("[data-step]");
    return { fault: [off ? "off the screen" : !seen && `under ${top && top.className}`, !ring && "without a ring"]
        .filter(Boolean).join(", "),
        tag: here.tagName, type: here.type || "", name: here.name || "", value: here.value || "", href: here.getAttribute("href") || "",
        words: (here.innerText || "").slice(0, 40), item: asked ? asked.value : "",
        required: Boolean(here.required), checked: Boolean(here.checked),
        move: here.dataset.move || "", step: step ? step.dataset.step : "",
        steps: step ? [...step.parentElement.children].map((each) => each.dataset.step) : [],
        main: here.matches("main .main"), door: here.matches("main .doors a"),
        values: here.tagName === "SELECT" ? [...here.options].map((each) => each.value) : group.map((each) => each.value),
        at: here.tagName === "SELECT" ? here.selectedIndex : group.indexOf(here) }; }"""
_SCREEN = """() => { const edge = document.documentElement.clientWidth, title = document.querySelector("h1");
    const cut = [...document.querySelectorAll("main *")].filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
        && getComputedStyle(each).overflowX !== "visible" && !each.closest(".visually-hidden, .hidden, svg"));
    return { wide: document.documentElement.scrollWidth > edge, cut: cut.map((each) => `${each.tagName}.${each.className}`),
        language: document.documentElement.lang, title: title ? title.innerText : "",
        ends: Boolean(document.querySelector("main .code")) || location.pathname.endsWith("/badge"),
        goes: Boolean(document.querySelector("main .main[href*='/badge'], main .main[href*='/certificate']")),
        asked: [...document.querySelectorAll("main form.check [name=item]")].map((each) => each.value) }; }"""

_MOVED = """() => { const step = document.activeElement.closest("[data-step]"); return step && step.dataset.step; }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What has the focus."""

    fault: str
    tag: str
    type: str
    name: str
    value: str
    href: str
    words: str
    #: Key of the question that it belongs to.
    item: str
    required: bool
    checked: bool
    #: Where scripts move the steps of an order: "up" or "down", the key of the step, and all keys as they stand now.
    move: str
    step: str
    steps: list[str]
    #: The one main button of the page; a country to choose from.
    main: bool
    door: bool
    #: What a list or a group of radio buttons offers, and which of it has the focus.
    values: list[str]
    at: int


@dataclass
class KeyboardWalk:
    """A way through a course in one language."""

    page: Page
    items: Mapping[str, Item]
    language: str
    course: str
    #: ISO code of the country that is said where the course asks for one; "" for the first that it offers.
    country: str = ""
    #: Part of the address: "courses", which the first page offers, or "modules", which professionals come to by a link.
    kind: str = "courses"
    #: Width and height of the screen, in pixels.
    size: tuple[int, int] = PHONE
    #: Whether scripts run: then what is said of an answer comes without a page of its own.
    script: bool = False
    #: Path and query of every screen, in their order.
    screens: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    #: (path, key of a question) that was answered.
    answered: set[tuple[str, str]] = field(default_factory=set)
    came: Counter[str] = field(default_factory=Counter)
    #: Lesson -> lesson before which it goes on: what lies between, and the lesson itself, is answered rightly without being shown.
    unseen: Mapping[str, str] = field(default_factory=dict)

    def go(self) -> None:
        """Go from the first page to the certificate or badge, or, where a course gives none, back to the page of the course."""
        self.page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        self.page.on("response", lambda answer: self._fault(f"{answer.status} {answer.url}", answer.status >= 400))  # noqa: PLR2004
        self._open()
        for _screen in range(_SCREENS):
            if self.look():
                return
            self._go_unseen()
        raise AssertionError(f"no end: {self.screens[-6:]}")

    def _go_unseen(self) -> None:
        until = self.unseen.get(self._path().partition("?")[0].rpartition("/")[2])
        if until:
            walk = OneButton(BrowserVisitor(self.page), self.items, self.page.url.partition("#")[0])
            walk.press_until(lambda now: now.at.partition("?")[0].endswith(f"/{until}"))
            self.page.goto(walk.at)

    def _open(self) -> None:
        if self.kind != "courses":
            self.page.goto(f"/{self.language}/{self.kind}/{self.course}")
            return
        self.page.goto(f"/{self.language}/")
        door = next((stop for stop in self._stops() if stop.href.endswith(f"/courses/{self.course}")), None)
        assert door is not None, "no way to the course from the first page"
        self._enter()

    def _fault(self, words: str, found: object = True) -> None:
        if found:
            self.faults.append(f"{self._path()}: {words}")

    def _path(self) -> str:
        return self.page.url.partition("//")[2].partition("/")[2].partition("#")[0]

    def _enter(self) -> None:
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press("Enter")

    def _send(self) -> None:
        """Press the button of a question: without scripts a page comes, with them another form stands in the place of this one."""
        if not self.script:
            self._enter()
            return
        self.page.evaluate("document.activeElement.closest('form').setAttribute('data-sent', '')")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("() => !document.querySelector('[data-sent]')")

    def _stops(self) -> Iterator[Stop]:
        """Yield what Tab comes to, once around: after an answer it begins beside what is said of it. The page's head is left out."""
        ends = 0
        for _stop in range(_STOPS):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(_STOP)
            ends += found is None
            if ends > 1:
                return
            if found is not None:
                stop = Stop(**found)
                self._fault(f"{stop.words or stop.name} {stop.fault}", stop.fault)
                if stop.href == "#main":
                    self.page.keyboard.press("Enter")
                else:
                    yield stop
        raise AssertionError(f"no end of {self._path()}")

    def look(self) -> bool:
        """Look at a screen and do what it asks; tell whether the course ends here."""
        looks, path = self.page.evaluate(_SCREEN), self._path()
        self._fault("wider than the screen", looks["wide"])
        self._fault(f"scrolls within itself: {looks['cut']}", looks["cut"])
        self._fault(f"in {looks['language']}", looks["language"] != self.language)
        begun_there = bool(self.screens) and path.partition("?")[0] == self.screens[0]
        ends = looks["ends"] or (begun_there and not looks["goes"])
        if not ends:
            self.came[f"{path} {looks['title']} {len(self.answered)}"] += 1
            assert max(self.came.values()) <= _OFTEN, f"a circle: {self.screens[-6:]}"
            self.screens.append(path)
            place = path.partition("?")[0]
            self._press({key for key in looks["asked"] if (place, key) not in self.answered}, place)
        return bool(ends)

    def _press(self, waiting: set[str], place: str) -> None:
        """Answer the first question that waits, or press the main button."""
        groups: set[str] = set()
        for stop in self._stops():
            if stop.item in waiting and stop.type == "submit":
                self._send()
                self.answered.add((place, stop.item))
                return
            if stop.item in waiting:
                self._fill(stop, groups)
            elif stop.required and stop.type == "text":
                self._type(NAME)
            elif stop.main or (stop.door and f"in={self.country.lower()}" in stop.href):
                self._fault(f"asked on past {sorted(waiting)}", waiting)
                self._enter()
                return
        raise AssertionError(f"no main button by Tab: {self._path()}")

    def _fill(self, stop: Stop, groups: set[str]) -> None:
        """Put the right answer into what has the focus; of radio buttons it is the first of its group that is come to."""
        right = right_answer(self.items[stop.item]).get(stop.name, "")
        if stop.move == "up":
            self._move_up(stop)
        elif stop.type == "checkbox" and (stop.value in right) != stop.checked:
            self.page.keyboard.press("Space")
        elif stop.type == "text":
            self._type(str(right))
        elif stop.values and right and stop.name not in groups:
            groups.add(stop.name)
            self._choose(stop, right if isinstance(right, str) else right[0])

    def _choose(self, stop: Stop, value: str) -> None:
        steps = stop.values.index(value) - stop.at
        if not steps and stop.type == "radio":
            self.page.keyboard.press("Space")
        for _step in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def _move_up(self, stop: Stop) -> None:
        """Move a step up past those that come after it; those above it were put in order before."""
        wanted = [option.key for option in self.items[stop.item].options]
        above = stop.steps[: stop.steps.index(stop.step)]
        for _other in (key for key in above if wanted.index(key) > wanted.index(stop.step)):
            self.page.keyboard.press("Enter")
            self._fault(
                f"{stop.words or stop.step} loses the focus as it moves", self.page.evaluate(_MOVED) != stop.step
            )

    def _type(self, words: str) -> None:
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)
