"""What the environment says (`TILIK__A__B` variables), and passwords that stand in files.

Takes the environment as a value and never reads it by itself. Never shows a secret.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, get_origin

from pydantic import BaseModel

from config.documents import Document, Problem, is_private
from config.scalars import nearest

PREFIX = "TILIK__"
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # where systemd puts the secrets of a service
CREDENTIAL = "mail-password"  # what ours is called there
PASSWORD_KEYS = ("password", "password_file")


def overridden(
    main: Document, tables: Mapping[str, type[BaseModel]], environ: Mapping[str, str]
) -> tuple[Document, list[Problem]]:
    """Return tilik.toml as the variables change it, and a problem for each that fits nothing.

    A variable can set `contact` and every single value of the tables; lists stay in the file.
    """
    kinds = dict(_single_values(tables))
    paths = {PREFIX + "__".join(path).upper(): path for path in kinds}
    content = {key: dict(at) if isinstance(at, dict) else at for key, at in main.content.items()}
    variables = dict(main.variables)
    problems = []
    for variable in sorted(each for each in environ if each.startswith(PREFIX)):
        if variable not in paths:
            message = f"is no setting that a variable can change{nearest(variable, paths)}"
            problems.append(Problem("environment", None, variable, message))
            continue
        *above, key = path = paths[variable]
        table = content.setdefault(above[0], {}) if above else content
        if isinstance(table, dict):  # otherwise the file is wrong here, and is told so
            table[key] = _typed(environ[variable], kinds[path])
            variables[path] = variable
    return replace(main, content=content, variables=variables), problems


def with_password(
    main: Document, folder: Path, environ: Mapping[str, str]
) -> tuple[Document, list[Problem], list[str]]:
    """Return tilik.toml with the password filled in from its file; problems; warnings."""
    mail = main.content.get("mail")
    if not isinstance(mail, dict):
        return main, [], []
    keys = _password_keys(main, mail)
    problems = list(_careless(main, mail, keys))
    path = _password_file(folder, mail, keys, environ)
    if path is None:
        return main, problems, []
    try:
        secret = _secret(path, "the mail password")
    except ValueError as error:
        return main, [*problems, main.problem(("mail", "password_file"), str(error))], []
    warnings = [secret.warning] if secret.warning and CREDENTIALS not in environ else []
    mail = {**mail, "password": secret.text, "password_file": str(path)}
    return replace(main, content={**main.content, "mail": mail}), problems, warnings


def with_logins(document: Document, folder: Path) -> tuple[Document, list[Problem], list[str]]:
    """Return a file of sources with their passwords filled in; problems; warnings."""
    problems: list[Problem] = []
    warnings: list[str] = []
    sources = document.content.get("source")
    filled = list(sources) if isinstance(sources, list) else []
    for path, table in document.tables("source"):
        if "password" in table:
            message = "does not belong here: put it into a file, and name that in password_file"
            problems.append(document.problem((*path, "password"), message))
        if not isinstance(table.get("password_file"), str):
            continue
        try:
            secret = _secret(folder / table["password_file"], "the password of a source")
        except ValueError as error:
            problems.append(document.problem((*path, "password_file"), str(error)))
            secret = _Secret("?", None)  # one complaint is enough
        warnings += filter(None, [secret.warning])
        filled[int(path[-1])] = {**table, "password": secret.text}
    if filled == sources:
        return document, problems, warnings
    return replace(document, content={**document.content, "source": filled}), problems, warnings


class _Secret(NamedTuple):
    """What a file of one secret says, and a warning when others can read it too."""

    text: str
    warning: str | None


def _secret(path: Path, name: str) -> _Secret:
    """Read a secret. Raises ValueError, with a sentence, when that cannot be done."""
    try:
        text = path.read_text("utf-8").rstrip("\r\n")
        is_seen = not is_private(path.stat())
    except (OSError, ValueError) as error:  # ValueError: bytes that are no text, or NUL in the path
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ValueError(f"{path} cannot be read: {reason}") from None
    warning = f"{path} holds {name} and others can read it: run chmod 600 {path}"
    return _Secret(text, warning if is_seen else None)


def _single_values(
    tables: Mapping[str, type[BaseModel]],
) -> Iterator[tuple[tuple[str, ...], object]]:
    yield ("contact",), str
    for table, model in tables.items():
        for key, info in model.model_fields.items():
            if get_origin(info.annotation) is not tuple:
                yield (table, key), info.annotation


def _typed(text: str, kind: object) -> object:
    """Read a number where one is due; what is none stays text, and the model refuses it."""
    try:
        return int(text) if kind is int else float(text) if kind is float else text
    except ValueError:
        return text


def _password_keys(main: Document, mail: dict[str, Any]) -> list[str]:
    """Name the keys that say the password: a variable goes before the file."""
    by_variable = [key for key in PASSWORD_KEYS if ("mail", key) in main.variables]
    return by_variable or [key for key in PASSWORD_KEYS if key in mail]


def _careless(main: Document, mail: dict[str, Any], keys: list[str]) -> Iterator[Problem]:
    path = ("mail", "password")
    if len(keys) > 1:
        yield main.problem(path, "give password or password_file, not both")
    if "password" in mail and path not in main.variables and not main.is_private:
        yield main.problem(
            path,
            f"others can read this file: run chmod 600 {main.file}, "
            f"or move the password to {PREFIX}MAIL__PASSWORD or a password_file",
        )


def _password_file(
    folder: Path, mail: dict[str, Any], keys: list[str], environ: Mapping[str, str]
) -> Path | None:
    if keys == ["password_file"] and isinstance(mail["password_file"], str):
        return folder / mail["password_file"]
    if not keys and CREDENTIALS in environ:
        credential = Path(environ[CREDENTIALS], CREDENTIAL)
        return credential if credential.is_file() else None
    return None
