"""A folder of TOML files to Settings: refuses with file, line, key and the nearest right word.

All problems of all files are collected before anything is refused. Never connects, never parses
the query of a topic, writes nothing but what `init` copies. Alone in being given the environment.
"""

import stat
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from config.agreement import (
    Declared,
    Model,
    oddities,
    two_logins,
    undeliverable,
    unknown_mailboxes,
    unknown_sources,
    unlike_the_rules,
)
from config.chromium import chromium_of
from config.documents import MAIN, ConfigError, Document, Problem, explain, read
from config.environment import overridden, with_logins, with_password
from config.places import KeyPath
from config.scalars import Contact, Name
from config.settings import (
    Aliases,
    Concept,
    Limits,
    Mailbox,
    MailServer,
    Network,
    Place,
    Politeness,
    Retention,
    Settings,
    Source,
    Table,
    Topic,
)
from config.writing import told_of

__all__ = ["ConfigError", "Problem", "init", "load", "with_watchlist"]

STARTER = Path(__file__).with_name("starter")
TABLES: dict[str, type[Table]] = {
    "mail": MailServer,
    "politeness": Politeness,
    "limits": Limits,
    "network": Network,
    "retention": Retention,
}


def load(folder: Path, environ: Mapping[str, str]) -> Settings:
    """Read what the user declared in `folder`; raise ConfigError with every problem found."""
    return _Loader(folder.absolute(), environ).load()


def with_watchlist(settings: Settings, file: Path) -> Settings:
    """Return the settings as they would be with a watchlist that is not saved yet.

    Its topics and concepts take the place of those of the same names. Raises ConfigError.
    """
    return _Loader(settings.folder, {}).beside(settings, file)


def init(folder: Path) -> tuple[Path, ...]:
    """Copy the starter set into `folder`, all of it or nothing, and return the files.

    Raises FileExistsError rather than write over anything. tilik.toml may be read by its owner
    alone, since it is where a password ends up; it is placed last, so that it stands for the whole.
    """
    names = sorted(path.relative_to(STARTER) for path in STARTER.rglob("*.toml"))
    tops = sorted({name.parts[0] for name in names}, key=lambda top: (top == MAIN, top))
    for top in reversed(tops):
        if (folder / top).exists() or (folder / top).is_symlink():
            raise FileExistsError(
                f"{folder / top} is already there and is not overwritten: "
                "choose another folder, or move it away"
            )
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".tilik-init-", dir=folder) as staging:
        for name in names:
            copy = Path(staging, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            starter = (STARTER / name).read_bytes()
            with told_of(folder / name):
                copy.write_bytes(starter)
        Path(staging, MAIN).chmod(0o600)
        for top in tops:
            Path(staging, top).rename(folder / top)
    return tuple(folder / name for name in names)


class MainShape(Table):
    """The outline of tilik.toml; each table in it is then checked by its own model."""

    contact: Contact
    mail: dict[str, Any] | None = None
    mailbox: list[dict[str, Any]] = Field(default_factory=list)
    politeness: dict[str, Any] = Field(default_factory=dict)
    limits: dict[str, Any] = Field(default_factory=dict)
    network: dict[str, Any] = Field(default_factory=dict)
    retention: dict[str, Any] = Field(default_factory=dict)


class SourcesShape(Table):
    """The outline of a file in sources/."""

    source: list[dict[str, Any]] = Field(default_factory=list)


class WatchlistShape(Table):
    """The outline of a file in watchlists/."""

    topic: list[dict[str, Any]] = Field(default_factory=list)
    concept: dict[Name, dict[str, Any]] = Field(default_factory=dict)


class _Loader:
    """One reading of the folder; collects problems, places and warnings on its way."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.places: dict[tuple[str, str], Place] = {}

    def load(self) -> Settings:
        main = self._main()
        tables: dict[str, Any] = {
            key: self._checked(main, (key,), table, model)
            for key, model in TABLES.items()
            if isinstance(table := main.content.get(key), dict)
        }
        watchlists = self._files("watchlists", WatchlistShape)
        mailboxes = self._all("mailbox", Mailbox, [main])
        places = [self._with_logins(each) for each in self._files("sources", SourcesShape)]
        sources = self._all("source", Source, places)
        topics = self._all("topic", Topic, watchlists)
        concepts = self._concepts(watchlists)
        if main.content:  # a file that could not be read may well hold what is missed
            self.problems += unknown_mailboxes(topics, self.places)
            self.problems += unknown_sources(topics, self.places)
            self.problems += undeliverable(mailboxes, main)
            self.problems += unlike_the_rules(sources, tables)
            self.problems += two_logins(sources)
        chromium = self._chromium(sources)
        if self.problems:
            raise ConfigError(tuple(sorted(self.problems, key=_reading_order)))
        settings = Settings(
            folder=self.folder,
            contact=main.content["contact"],
            mailboxes=_values(mailboxes),
            sources=_values(sources),
            topics=_values(topics),
            concepts=concepts,
            places=self.places,
            chromium=chromium,
            **tables,
        )
        if self.folder.stat().st_mode & stat.S_IWOTH:
            self.warnings.append(f"anyone can write here: run chmod o-w {self.folder}")
        return settings.model_copy(update={"warnings": (*self.warnings, *oddities(settings))})

    def beside(self, settings: Settings, file: Path) -> Settings:
        found = read(file, str(file))
        if not isinstance(found, Document):
            raise ConfigError((found,))
        self._checked(found, (), found.content, WatchlistShape)
        topics = self._all("topic", Topic, [found])
        concepts = self._concepts([found])
        self.problems += unknown_mailboxes(topics, settings.places)
        self.problems += unknown_sources(topics, settings.places)
        if self.problems:
            raise ConfigError(tuple(sorted(self.problems, key=_reading_order)))
        names = {topic.value.name for topic in topics}
        kept = (topic for topic in settings.topics if topic.name not in names)
        return settings.model_copy(
            update={
                "topics": (*kept, *_values(topics)),
                "concepts": {**settings.concepts, **concepts},
                "places": {**settings.places, **self.places},
            }
        )

    def _main(self) -> Document:
        if self.folder.exists() and not self.folder.is_dir():
            message = f"is no folder: name the one that holds {MAIN}"
            raise ConfigError((Problem(str(self.folder), None, None, message),))
        if not (self.folder / MAIN).exists():
            message = f"is not there: `tilik init {self.folder}` makes one"
            raise ConfigError((Problem(MAIN, None, None, message),))
        main = self._read(MAIN)
        if main is None:
            return Document(MAIN, {}, {})
        main, problems = overridden(main, TABLES, self.environ)
        self.problems += problems
        main, problems, self.warnings = with_password(main, self.folder, self.environ)
        self.problems += problems
        self._checked(main, (), main.content, MainShape)
        return main

    def _chromium(self, sources: list[Declared[Source]]) -> Path | None:
        """Find the browser that some sources ask for; that there is none is a problem of each."""
        asking = [source for source in sources if source.value.render is not None]
        found = chromium_of(self.environ) if asking else None
        if not isinstance(found, str):
            return found
        self.problems += [source.problem("render", found) for source in asking]
        return None

    def _files(self, folder: str, shape: type[BaseModel]) -> list[Document]:
        found = []
        for path in sorted((self.folder / folder).glob("*.toml")):
            if path.name.startswith("."):  # an editor's lock or swap file
                continue
            document = self._read(f"{folder}/{path.name}")
            if document is not None:
                self._checked(document, (), document.content, shape)
                found.append(document)
        return found

    def _with_logins(self, document: Document) -> Document:
        document, problems, warnings = with_logins(document, self.folder)
        self.problems += problems
        self.warnings += warnings
        return document

    def _read(self, file: str) -> Document | None:
        read_one = read(self.folder / file, file)
        if isinstance(read_one, Document):
            return read_one
        self.problems.append(read_one)
        return None

    def _checked(
        self, document: Document, path: KeyPath, table: object, model: type[Model]
    ) -> Model | None:
        try:
            return model.model_validate(table)
        except ValidationError as error:
            self.problems += explain(error, model, document, path)
            return None

    def _all(
        self, kind: str, model: type[Model], documents: list[Document]
    ) -> list[Declared[Model]]:
        found = []
        for document in documents:
            for path, table in document.tables(kind):
                self._declare(kind, table.get("name"), document, (*path, "name"))
                value = self._checked(document, path, table, model)
                if value is not None:
                    found.append(Declared(value, document, path))
        return found

    def _concepts(self, documents: list[Document]) -> dict[str, Concept]:
        found = {}
        for document in documents:
            for path, table in document.tables("concept"):
                name = str(path[-1])
                self._declare("concept", name, document, path)
                lists = {lang: self._listed(document, (*path, lang), table[lang]) for lang in table}
                if None in lists.values():
                    continue
                concept = self._checked(document, path, {"aliases": lists}, Concept)
                if concept is not None:
                    found[name] = concept
                    for language, words in concept.aliases.items():
                        for nth in range(len(words)):
                            alias = ("alias", f"{name}.{language}[{nth}]")
                            self.places[alias] = document.place((*path, language, nth))
        return found

    def _listed(self, document: Document, path: KeyPath, aliases: object) -> object | None:
        """Spell out the aliases of one language if they are a table; null when that is wrong."""
        if not isinstance(aliases, dict):
            return aliases
        checked = self._checked(document, path, aliases, Aliases)
        return checked.spelled_out() if checked else None

    def _declare(self, kind: str, name: object, document: Document, path: KeyPath) -> None:
        """Remember where a name stands; a second place for one name is a problem."""
        if not isinstance(name, str):
            return
        place = document.place(path)
        first = self.places.setdefault((kind, name), place)
        if first is not place:
            where = f"{first.file}:{first.line}"
            message = f'{kind} "{name}" is declared twice; the first is at {where}'
            self.problems.append(document.problem(path, message))
        if kind == "topic":
            self.places.setdefault(("query", name), document.place((*path[:-1], "query")))
            if (words := (*path[:-1], "mute", "words")) in document.lines:
                self.places.setdefault(("mute", name), document.place(words))


def _values(declared: list[Declared[Model]]) -> tuple[Model, ...]:
    return tuple(each.value for each in declared)


def _reading_order(problem: Problem) -> tuple[bool, str, int]:
    return problem.file != MAIN, problem.file, problem.line or 0
