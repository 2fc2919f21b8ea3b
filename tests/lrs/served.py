"""Commands on the data of a site that is served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.site import Site, clean_environment


def run(site: Site, *words: str) -> bytes:
    """Run a command on the data of a site."""
    program = str(Path(sys.executable).with_name("perille"))
    environment = clean_environment(PERILLE_DATA_DIR=str(site.data_dir))
    return subprocess.run([program, "lrs", *words], env=environment, capture_output=True, check=True, timeout=60).stdout
