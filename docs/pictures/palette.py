"""The colours of pictures, by name; a scene may also write a colour as "#RRGGBB"."""

from __future__ import annotations

#: The interface's own colours, three soft tones (mist, rose, cream), and what things are made of.
COLOURS = {
    "ink": "#16262B",
    "way": "#0A5A5E",
    "sun": "#F2B544",
    "card": "#fff",
    "paper": "#FBF8F2",
    "mist": "#BFDCE0",
    "sea": "#7DB5B2",
    "rose": "#D98F6F",
    "brick": "#B5503C",
    "cream": "#F6E3BE",
    "wood": "#D2A679",
    "stone": "#B8C2C4",
    "slate": "#3B4C54",
    "leaf": "#A9C8A4",
    "good": "#1E6B43",
    "stop": "#A3261B",
}
#: Grounds: calm enough not to glare beside a dark page.
GROUNDS = {
    "mist": "#DDEBEA",
    "cream": "#F3E9D6",
    "rose": "#F3DFD3",
    "leaf": "#E1EBDB",
    "stone": "#E3E6E6",
    "snow": "#E8F0F4",
    "dusk": "#8FA6B5",
    "night": "#2F444D",
}
#: Eight tones of skin, 1 the lightest; the darkest still lets a line in ink be seen.
SKIN = ("#F8DCC6", "#F0C6A0", "#E0AC7E", "#D08B5B", "#B8754A", "#9C6240", "#865339", "#724631")
HAIR = {
    "black": "",
    "brown": "#5B3A29",
    "chestnut": "#8A5230",
    "red": "#B5622F",
    "blond": "#E3B35B",
    "grey": "#B8C2C4",
    "white": "#EEF0EC",
}


def colour(name: str) -> str:
    """Return the hex value of a colour's *name*, and "" for ink, which everything has that says nothing else.

    Raises:
        KeyError: There is no such colour.

    """
    if name == "ink":
        return ""
    return name if name.startswith("#") or name == "none" else COLOURS[name]
