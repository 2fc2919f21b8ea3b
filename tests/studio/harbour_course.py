"""What the draft of a course of two screens holds: its lesson, and its questions as their forms are sent."""

from __future__ import annotations

LESSON = "lessons/harbour"
TEXT = """# Harbour

Welcome.

## Who helps

::: note
Look up.
:::

::: check a-ship-is-late
:::

| Where | When |
| --- | --- |
| Desk | Monday |

::: talk
Who meets you?
:::
"""
CHOICE = {
    "interaction": "choice",
    "bank": "checks",
    "f-prompt": "A ship is late. What do you do?",
    "choice-0-text": "Ask at the desk",
    "choice-0-feedback": "Yes. They know.",
    "choice-0-right": "true",
    "choice-1-text": "Go home",
    "choice-1-feedback": "Then you miss it.",
}
GAPS = {
    "interaction": "gap-fill",
    "bank": "checks",
    "f-prompt": "Fill it",
    "f-text": "Call ((gap-1)) now.",
    "gap-0-key": "gap-1",
    "word-0-text": "112",
    "word-0-gap": "gap-1",
    "word-1-text": "113",
}
PLAY = {"interaction": "role-play", "bank": "checks", "f-prompt": "What would you do?"}
