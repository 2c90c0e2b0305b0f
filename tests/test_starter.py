import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.load import init, load
from config.places import lines_of
from config.settings import (
    Limits,
    Mailbox,
    MailServer,
    Network,
    Politeness,
    Retention,
    Settings,
    Source,
    Table,
)


def test_init_makes_a_folder_that_loads_without_any_edit(tmp_path: Path) -> None:
    written = init(tmp_path / "new" / "tilik")
    settings = load(tmp_path / "new" / "tilik", {})

    assert {path.name for path in written} == {
        "tilik.toml",
        "indonesia-national.toml",
        "indonesia-regional.toml",
        "russia-dprk.toml",
        "places.toml",
        "floods.toml",
        "mining-permits.toml",
        "pilkada.toml",
        "riau-haze.toml",
    }
    assert len(settings.sources) >= 25
    assert [warning for warning in settings.warnings if "contact" in warning]
    assert len(settings.warnings) == 1


def test_init_keeps_the_main_file_private(tmp_path: Path) -> None:
    init(tmp_path)

    assert (tmp_path / "tilik.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["tilik.toml", "sources", "watchlists"])
def test_init_never_overwrites_and_leaves_nothing_half_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(FileExistsError, match="is already there and is not overwritten"):
        init(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_init_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """At most 3,000 bytes per file: it stops in the middle of its copies, as on a full disk."""
    code = (
        "import pathlib, resource, sys; from config.load import init;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000));"
        "init(pathlib.Path(sys.argv[1]))"
    )

    done = run_python(code, str(tmp_path))

    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_starter_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    """What stands behind "# " is uncommented: it must load, and change nothing."""
    init(tmp_path)
    main = tmp_path / "tilik.toml"
    text = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", main.read_text("utf-8"))
    main.write_text(text.replace('username = "', '# "').replace("password_file", "# "), "utf-8")

    settings = load(tmp_path, {})
    shown = set(lines_of(text))

    assert (settings.politeness, settings.limits) == (Politeness(), Limits())
    assert (settings.network, settings.retention) == (Network(), Retention())
    models: dict[str, type[Table]] = {
        "mail": MailServer,
        "politeness": Politeness,
        "limits": Limits,
        "network": Network,
        "retention": Retention,
    }
    for table, model in models.items():
        keys = {path[1] for path in shown if len(path) == 2 and path[0] == table}
        assert keys | {"password"} == set(model.model_fields) | {"password"}
    mailbox_keys = {path[2] for path in shown if path[0] == "mailbox" and len(path) == 3}
    assert mailbox_keys == set(Mailbox.model_fields)


def test_the_sources_page_explains_every_key_and_its_example_loads(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "sources.md").read_text("utf-8")
    source, network = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "one.toml").write_text(source)
    (tmp_path / "tilik.toml").write_text('contact = "robot@newsroom.localhost"\n' + network)

    settings = load(tmp_path, {})

    assert len(settings.sources) == 1
    keys = set(Source.model_fields) - {"password"}  # which the loader reads from a file
    assert set(re.findall(r"(?m)^\| `(\w+)` \|", page)) == keys


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("starter")
    init(folder)
    return load(folder, {})


def test_the_starter_claims_nothing_that_was_not_tried(starter: Settings) -> None:
    assert not [source.name for source in starter.sources if source.verified]
    assert not [source.name for source in starter.sources if source.ignore_robots_because]


def test_every_starter_source_says_where_and_when_it_is(starter: Settings) -> None:
    regional = {
        source.name
        for source in starter.sources
        if starter.places["source", source.name].file == "sources/indonesia-regional.toml"
    }

    assert {source.lang for source in starter.sources} == {"id", "en"}
    assert {source.zone for source in starter.sources} == {
        "Asia/Jakarta",
        "Asia/Makassar",
        "Asia/Jayapura",
    }
    assert regional == {source.name for source in starter.sources if source.region}
    assert all(source.url.startswith("https://") and source.title for source in starter.sources)
    assert len({source.url for source in starter.sources}) == len(starter.sources)


@pytest.mark.parametrize("concept", ["russia", "dprk", "treaty"])
def test_the_starter_concepts_speak_five_languages(starter: Settings, concept: str) -> None:
    assert set(starter.concepts[concept].aliases) == {"id", "en", "ru", "ko", "zh"}


@pytest.mark.parametrize(
    ("concept", "form"),
    [
        ("signing", "ditandatangani"),
        ("signing", "menandatangani"),
        ("signing", "penandatanganan"),
        ("treaty", "perjanjian"),
        ("treaty", "diratifikasi"),
    ],
)
def test_the_starter_knows_the_inflected_forms_of_signing(
    starter: Settings, concept: str, form: str
) -> None:
    assert form in starter.concepts[concept].aliases["id"]


def test_settings_bring_nothing_but_pydantic_and_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import config.load;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(' '.join(sorted(new - sys.stdlib_module_names)))"
    )

    imported = set(run_python(code).stdout.split())

    assert {name for name in imported if not name.startswith("_sysconfigdata")} == {
        "annotated_types",
        "config",
        "pydantic",
        "pydantic_core",
        "typing_extensions",
        "typing_inspection",
    }


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
