"""Train the dictionary that statement bodies are packed with: `python tests/bench/lrs_dictionary.py FILE`.

The samples are made here, of the vocabularies that are common in practice; they share no name with the statements of the load script, on
which the size is measured.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zstandard

SIZE = 24 * 1024
SAMPLES = 6000
ADL = "http://adlnet.gov/expapi/"
VERBS = [
    "answered",
    "asked",
    "attempted",
    "attended",
    "commented",
    "completed",
    "exited",
    "experienced",
    "failed",
    "imported",
    "initialized",
    "interacted",
    "launched",
    "mastered",
    "passed",
    "preferred",
    "progressed",
    "registered",
    "responded",
    "resumed",
    "scored",
    "shared",
    "suspended",
    "terminated",
    "voided",
    "logged-in",
    "logged-out",
]
CMI5_VERBS = (
    "launched",
    "initialized",
    "completed",
    "passed",
    "failed",
    "abandoned",
    "waived",
    "terminated",
    "satisfied",
)
TYPES = [
    "assessment",
    "attempt",
    "course",
    "file",
    "interaction",
    "lesson",
    "link",
    "media",
    "meeting",
    "module",
    "objective",
    "performance",
    "profile",
    "question",
    "simulation",
    "cmi.interaction",
]
INTERACTIONS = (
    "choice",
    "sequencing",
    "likert",
    "matching",
    "performance",
    "true-false",
    "fill-in",
    "long-fill-in",
    "numeric",
    "other",
)
LANGUAGES = ("en-US", "en", "en-GB", "fi", "sv", "nb", "da", "de", "fr", "es", "uk", "ru", "ar", "so")
CMI5 = "https://w3id.org/xapi/cmi5/"
HOSTS = (
    "https://learn.city.example",
    "https://academy.example.net",
    "http://www.example.com",
    "https://skola.example.edu",
)
WORDS = [
    "Introduction",
    "Basics",
    "Safety",
    "Welcome",
    "Practice",
    "Review",
    "Quiz",
    "Test",
    "Part",
    "Unit",
    "Chapter",
    "Topic",
    "Video",
    "Reading",
    "Exercise",
]


class Maker:
    """Makes statements of several kinds, in several orders and spacings, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.time = datetime(2025, 3, 1, tzinfo=UTC)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def agent(self) -> dict[str, Any]:
        r = self.random
        forms = (
            {
                "account": {
                    "homePage": r.choice(HOSTS),
                    "name": self.uuid() if r.random() < 0.5 else str(r.randrange(10**6)),
                }
            },
            {"account": {"homePage": f"https://perille.invalid/i/{self.uuid()}", "name": self.uuid()}},
            {"mbox": f"mailto:person{r.randrange(10**5)}@example.com"},
        )
        agent: dict[str, Any] = {"objectType": "Agent"} if r.random() < 0.7 else {}
        if r.random() < 0.4:
            agent["name"] = f"{r.choice(WORDS)} {r.randrange(10**4)}"
        return agent | r.choice(forms)

    def words(self) -> dict[str, str]:
        r = self.random
        return {r.choice(LANGUAGES): " ".join(r.choices(WORDS, k=r.randrange(1, 4))) + f" {r.randrange(99)}"}

    def activity(self, *, definition: bool) -> dict[str, Any]:
        r = self.random
        place = r.choice(
            (
                f"{r.choice(HOSTS)}/{r.choice(TYPES)}s/{r.randrange(10**4)}",
                f"urn:x-perille:course_x{r.randrange(99)}:unit-{r.randrange(40)}",
            )
        )
        activity: dict[str, Any] = {"objectType": "Activity", "id": place} if r.random() < 0.6 else {"id": place}
        if definition:
            activity["definition"] = {"type": f"{ADL}activities/{r.choice(TYPES)}", "name": self.words()}
            if r.random() < 0.5:
                activity["definition"]["description"] = self.words()
            if r.random() < 0.25:
                activity["definition"] |= {
                    "interactionType": r.choice(INTERACTIONS),
                    "correctResponsesPattern": ["a[,]b"],
                    "choices": [{"id": name, "description": self.words()} for name in "abc"],
                }
        return activity

    def result(self) -> dict[str, Any]:
        r = self.random
        points = r.randrange(21)
        parts = {
            "score": {"scaled": points / 20, "raw": points, "min": 0, "max": 20},
            "success": r.random() < 0.6,
            "completion": r.random() < 0.9,
            "response": "a[,]b",
            "duration": f"PT{r.randrange(60)}M{r.randrange(60)}S",
        }
        return {name: value for name, value in parts.items() if r.random() < 0.75} or {"completion": True}

    def context(self) -> dict[str, Any]:
        r = self.random
        activities = {
            name: [self.activity(definition=r.random() < 0.2)]
            for name in ("parent", "grouping", "category", "other")
            if r.random() < 0.6
        }
        if r.random() < 0.5:
            activities["category"] = [
                {"objectType": "Activity", "id": f"{CMI5}context/categories/{r.choice(('cmi5', 'moveon'))}"}
            ]
        parts = {
            "registration": self.uuid(),
            "contextActivities": activities,
            "platform": r.choice(("Moodle", "Perille", "App 2.1")),
            "language": r.choice(LANGUAGES),
            "instructor": self.agent() if r.random() < 0.1 else None,
            "extensions": {f"{CMI5}context/extensions/sessionid": self.uuid()},
        }
        return {name: value for name, value in parts.items() if value and r.random() < 0.8}

    def statement(self) -> dict[str, Any]:
        r = self.random
        self.time += timedelta(seconds=r.random() * 4000)
        verb = r.choice(CMI5_VERBS if r.random() < 0.5 else VERBS)
        base = CMI5 if verb in ("satisfied", "waived", "abandoned") else ADL
        parts: dict[str, Any] = {
            "id": self.uuid(),
            "actor": self.agent(),
            "verb": {"id": f"{base}verbs/{verb}", "display": {r.choice(LANGUAGES): verb}},
            "object": self.activity(definition=r.random() < 0.75),
        }
        if r.random() < 0.6:
            parts["result"] = self.result()
        if r.random() < 0.9:
            parts["context"] = self.context()
        if r.random() < 0.9:
            moment = self.time.isoformat(timespec=r.choice(("milliseconds", "seconds", "microseconds")))
            parts["timestamp"] = moment.replace("+00:00", "Z")
        if r.random() < 0.2:
            parts["version"] = r.choice(("1.0.0", "1.0.3", "2.0.0"))
        return parts


def samples(count: int, seed: int = 2026) -> list[bytes]:
    """Make sample statements as the usual writers of JSON space them."""
    maker = Maker(seed)
    spacing = [(", ", ": "), (",", ":")]
    return [
        json.dumps(maker.statement(), separators=maker.random.choice(spacing), ensure_ascii=False).encode()
        for _ in range(count)
    ]


def main(path: Path) -> None:
    """Train and write the dictionary."""
    made = zstandard.train_dictionary(SIZE, samples(SAMPLES), level=12)
    path.write_bytes(made.as_bytes())
    held_out = samples(1000, seed=7)
    compressor = zstandard.ZstdCompressor(dict_data=made, level=3)
    packed = sum(len(compressor.compress(body)) for body in held_out)
    sys.stdout.write(f"{packed / sum(map(len, held_out)):.3f} of the size\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
