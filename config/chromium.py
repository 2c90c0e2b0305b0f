"""Whether pages can be shown in a browser here: the extra `browser`, and a Chromium on the PATH."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_of(environ: Mapping[str, str]) -> Path | str:
    """Return where Chromium is, or in a sentence what has to be installed."""
    if find_spec("playwright") is None:
        return '"browser" needs the extra of that name: pip install "tilik[browser]"'
    found = (shutil.which(name, path=environ.get("PATH")) for name in NAMES)
    path = next((each for each in found if each), None)
    if path is None:
        return '"browser" needs Chromium on the PATH: on Debian, apt-get install chromium'
    return Path(path)
