"""Items as authors write them."""

from __future__ import annotations

from collections.abc import Mapping


def choice(key: str, texts: Mapping[str, bool], interaction: str = "choice", **more: str) -> str:
    """Write an item with these choices: text -> right."""
    head = "".join(f"{name} = {value}\n" for name, value in more.items())
    item = f'[[item]]\nkey = "{key}"\ninteraction = "{interaction}"\nobjective = "K: x"\nprompt = "What about {key}?"\n{head}'
    for number, (text, right) in enumerate(texts.items(), 1):
        item += f'[[item.choice]]\nkey = "c{number}"\ntext = "{text}"\nright = {str(right).lower()}\nfeedback = "It is so here."\n'
    return item


def statement(key: str, prompt: str, answer: str) -> str:
    return f'[[item]]\nkey = "{key}"\ninteraction = "true-false"\nobjective = "K: x"\nprompt = "{prompt}"\nanswer = {answer}\n'
