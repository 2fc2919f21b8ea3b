"""A role-play as an author writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MakePack = Callable[..., Path]
PLAY = """\
title = "A first talk"
start = "door"
lesson = "hello"
about = "Mira is made up. Help is at {fact: emergency.number}."

[[scene]]
key = "door"
picture = "room"
picture_description = "Two chairs."
text = "Mira comes with a man."
signs = ["somebody speaks for her", "no papers"]

[[scene.choice]]
key = "alone"
text = "Ask to talk with Mira alone."
to = "talk"
led_to = "Mira could speak."
best = true
why = "A friend never interprets."

[[scene.choice]]
key = "both"
text = "Talk with both."
to = "door"
led_to = "Mira said nothing."

[[scene]]
key = "talk"
text = "Mira looks at the door."

[[scene.choice]]
key = "card"
text = "Give her the card."
to = "good-end"
led_to = "She took it."
best = true
why = "She decides."

[[scene]]
key = "good-end"
end = "good"
text = "Mira will call."
"""
ITEM = '[[item]]\nkey = "mira"\ninteraction = "role-play"\nprompt = "What do you do?"\nplay = "first-talk"\n'
LESSON = "# Hello\n\n::: check mira\n:::\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>'
