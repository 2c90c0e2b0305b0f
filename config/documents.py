"""One TOML file as it was read, and how a complaint about it is worded: file, line, key, sentence.

Never decides what a setting means, and never prints a value that could be a secret.
"""

import os
import re
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.places import KeyPath, lines_of
from config.scalars import nearest, quoted
from config.settings import Concept, Place

MAIN = "tilik.toml"

# pydantic speaks of dictionaries and tuples; a TOML file has tables and lists.
PLAIN_WORDS = {
    "missing": "is missing",
    "dict_type": "must be a table",
    "list_type": "must be a list, in brackets",
    "tuple_type": "must be a list, in brackets",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}

# Tables that are often looked for in the wrong file.
HOMES = {
    "source": "sources/*.toml",
    "topic": "watchlists/*.toml",
    "concept": "watchlists/*.toml",
    **dict.fromkeys(("contact", "mail", "mailbox", "politeness", "limits"), MAIN),
    **dict.fromkeys(("network", "retention"), MAIN),
}


@dataclass(frozen=True)
class Problem:
    """One reason to refuse the configuration."""

    file: str  # seen from the settings folder, or "environment"
    line: int | None  # None: the thing is missing, or stands in no file
    key: str | None  # `source[3].zone`; None: the whole file
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.message) if part)


class ConfigError(Exception):
    """The configuration is refused. Its text is one line per problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems


@dataclass(frozen=True)
class Document:
    """What one file says, and where."""

    file: str
    content: dict[str, Any] = field(repr=False)  # it may hold a password
    lines: dict[KeyPath, int] = field(repr=False)
    is_private: bool = True  # readable by its owner alone
    variables: dict[KeyPath, str] = field(default_factory=dict)  # keys the environment has set

    def place(self, path: KeyPath) -> Place:
        """Return the line of the key, or of the nearest table around it that stands in the file."""
        around = (path[:end] for end in range(len(path), 0, -1))
        return Place(
            self.file, next((self.lines[each] for each in around if each in self.lines), None)
        )

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Word a complaint about one key, wherever it was set."""
        if path in self.variables:
            return Problem("environment", None, self.variables[path], message)
        return Problem(*self.place(path), dotted(path), message)

    def tables(self, key: str) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        """Yield the tables under `key`: those of [[key]] by position, of [key.NAME] by name."""
        found = self.content.get(key)
        if not isinstance(found, dict | list):
            return
        for part, table in found.items() if isinstance(found, dict) else enumerate(found):
            if isinstance(table, dict):  # anything else is complained about elsewhere
                yield (key, part), table


def read(path: Path, file: str) -> Document | Problem:
    """Read one TOML file, which messages call `file`."""
    try:
        with path.open("rb") as opened:
            status = os.fstat(opened.fileno())
            text = opened.read().decode("utf-8-sig")  # some editors put a byte order mark first
        content = tomllib.loads(text)
        lines = lines_of(text)
    except OSError as error:
        return Problem(file, None, None, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return Problem(file, None, None, f"is not UTF-8 text: see byte {error.start}")
    except ValueError as error:  # also what tomllib lets through, such as an endless number
        return _syntax_problem(file, str(error))
    except RecursionError:
        return Problem(file, None, None, "is nested too deeply")
    return Document(file, content, lines, is_private(status))


def is_private(status: os.stat_result) -> bool:
    """Say whether a file may be read and written by its owner alone."""
    return not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def explain(
    error: ValidationError, model: type[BaseModel], document: Document, path: KeyPath = ()
) -> Iterator[Problem]:
    """Word what pydantic found wrong in the table at `path`."""
    unwritten = {"[key]"}  # pydantic's mark for a bad key
    if model is Concept:
        unwritten.add("aliases")  # in the file the languages stand directly in the concept
    for each in error.errors(include_url=False):
        inner = tuple(part for part in each["loc"] if part not in unwritten)
        yield document.problem((*path, *inner), _sentence(each, _table_of(model, inner)))


def _table_of(model: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    """Return the model of the table in which a key stands: that of `mute` for `mute.words`."""
    for part in path[:-1]:
        field = model.model_fields.get(str(part))
        if field is None or not isinstance(field.annotation, type):
            break
        if issubclass(field.annotation, BaseModel):
            model = field.annotation
    return model


def dotted(path: KeyPath) -> str:
    """Write a key path as people do: `source[3].zone`."""
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{_key(part)}" for part in path)
    return written.removeprefix(".")


def _key(part: str) -> str:
    return part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else quoted(part)


def _syntax_problem(file: str, message: str) -> Problem:
    place = re.search(r" \(at line (\d+), column (\d+)\)", message)
    if place is None:
        return Problem(file, None, None, f"is no TOML: {message}")
    return Problem(
        file, int(place[1]), None, f"is no TOML: {message[: place.start()]} (column {place[2]})"
    )


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    key, found = str(error["loc"][-1]) if error["loc"] else "", error["input"]
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "extra_forbidden":
            return _unknown_key(key, model)
        case "literal_error":
            words = get_args(model.model_fields[key].annotation)
            return f"{quoted(found)} is not one of {', '.join(words)}{nearest(str(found), words)}"
        case "list_type" if isinstance(found, dict):
            return f"write [[{key}]], in two pairs of brackets"
        case kind:
            return PLAIN_WORDS.get(kind) or error["msg"].replace("Input should be", "must be")


def _unknown_key(key: str, model: type[BaseModel]) -> str:
    known = model.model_fields
    if key in HOMES and HOMES.keys() & known.keys():
        return f"belongs in {HOMES[key]}"
    hint = nearest(key, known) or f"; known here: {', '.join(known)}"
    return f"unknown key{hint}"
