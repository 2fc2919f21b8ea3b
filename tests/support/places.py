"""Where the tests keep what they downloaded; standard library only, `prepare.py` runs before anything else is there."""

from __future__ import annotations

import os
from pathlib import Path

#: Whether all is looked at that `make test` takes a sample of: `make test-all` says so, before a release (docs/testing.md, "Pages").
EVERYTHING = "TESTS_EVERY_PAGE" in os.environ
#: The repository.
ROOT = Path(__file__).resolve().parents[2]
#: Downloads and unpacked programs; may be deleted at any time.
CACHE = ROOT / ".cache"
#: Packages of `tests/package-lock.json`.
NODE_MODULES = ROOT / "tests" / "node_modules"
#: Accessibility rules, to be run inside a page.
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
#: The HTML validator, a Java program.
VNU = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
#: A browser for machines that have none.
SPARE_CHROMIUM = CACHE / "chromium"
#: Node and Java for machines that have none.
SPARE_TOOLS = CACHE / "tools"
#: Browsers of old phones, a folder each.
OLD_ENGINES = CACHE / "old-engines"
