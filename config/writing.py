"""Writes sources as TOML into a new file of the user's folder. Never changes a file that is there.

What is written is read back by `load`: every value has passed the models of settings.py.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import Source


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Let an OSError name the path that is written: a full disk names no file, or a draft of it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def toml_of(sources: Sequence[Source], comment: str) -> str:
    """Return the tables of sources, what is at its default left out, below a comment."""
    tables = [
        "\n".join(["[[source]]", *(f"{key} = {_value(value)}" for key, value in _said(source))])
        for source in sources
    ]
    remark = "\n".join(f"# {line}" for line in comment.splitlines())
    return "\n\n".join([remark, *tables]) + "\n"


def write_sources(folder: Path, name: str, sources: Sequence[Source], comment: str) -> Path:
    """Write sources/NAME.toml, all of it or nothing. Raises FileExistsError when it is there."""
    target = folder / "sources" / f"{name}.toml"
    target.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix=".tilik-source-", dir=folder) as staging:
        draft = Path(staging, target.name)
        with told_of(target):
            draft.write_text(toml_of(sources, comment), encoding="utf-8")
            os.link(draft, target)  # unlike a rename, this never takes another file's place
    return target


def _said(source: Source) -> list[tuple[str, object]]:
    return list(source.model_dump(exclude_defaults=True).items())


def _value(value: object) -> str:
    # JSON's strings, numbers and booleans are TOML's, too; the models let no control character by.
    return json.dumps(value, ensure_ascii=False)
