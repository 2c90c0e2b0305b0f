import subprocess
import sys
from collections.abc import Callable
from datetime import time
from ipaddress import ip_network
from pathlib import Path

import pytest
from disk import full_disk
from pydantic import ValidationError

from config.load import ConfigError, init, load
from config.settings import Mailbox, MailServer, Source
from config.writing import write_sources

MAIN = """\
contact = "https://newsroom.localhost/robot"
[[mailbox]]
name = "desk"
zone = "Asia/Jakarta"
"""
SOURCE = """\
[[source]]
name = "kabar-pagi"
url = "https://kabar.example.net/feed"
kind = "feed"
"""
TOPIC = """\
[[topic]]
name = "harbour"
query = "@harbour"
mailboxes = ["desk"]
[concept.harbour]
id = ["pelabuhan", "dermaga*"]
"""
MAIL = """\
[mail]
host = "smtp.example.net"
sender = "desk@newsroom.localhost"
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A settings folder that loads, with any of its three files replaced."""

    def written(main: str = MAIN, sources: str = SOURCE, watchlists: str = TOPIC) -> Path:
        for name, text in {"sources": sources, "watchlists": watchlists}.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "one.toml").write_text(text, "utf-8")
        (tmp_path / "tilik.toml").write_text(main, "utf-8")
        return tmp_path

    return written


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        load(folder, {})
    return str(refused.value)


def test_a_folder_becomes_settings(write: Write) -> None:
    settings = load(write(), {})

    assert settings.sources == (
        Source(name="kabar-pagi", url="https://kabar.example.net/feed", kind="feed"),
    )
    assert settings.mailbox_named("desk") == Mailbox(name="desk", zone="Asia/Jakarta")
    assert settings.mailboxes[0].times == (time(6, 0),)
    assert settings.topics[0].mailboxes == ("desk",)
    assert settings.concepts["harbour"].aliases == {"id": ("pelabuhan", "dermaga*")}
    assert settings.warnings == ()


def test_a_name_that_was_never_declared_gives_nothing(write: Write) -> None:
    settings = load(write(), {})

    assert settings.source_named("kabar-pagi") == settings.sources[0]
    assert settings.source_named("kabar-sore") is None
    assert settings.mailbox_named("nobody") is None


def test_settings_cannot_be_changed_after_loading(write: Write) -> None:
    settings = load(write(), {})

    with pytest.raises(ValidationError, match="frozen"):
        settings.contact = "someone@else.example.net"


def test_every_declaration_is_found_again_by_file_and_line(write: Write) -> None:
    settings = load(write(), {})

    assert settings.places == {
        ("mailbox", "desk"): ("tilik.toml", 3),
        ("source", "kabar-pagi"): ("sources/one.toml", 2),
        ("topic", "harbour"): ("watchlists/one.toml", 2),
        ("query", "harbour"): ("watchlists/one.toml", 3),
        ("concept", "harbour"): ("watchlists/one.toml", 5),
        ("alias", "harbour.id[0]"): ("watchlists/one.toml", 6),
        ("alias", "harbour.id[1]"): ("watchlists/one.toml", 6),
    }


def test_the_aliases_of_a_language_may_ask_for_their_forms(write: Write) -> None:
    aliases = ["quay", "=QUAY", "port*", "Kim NEAR/9 port", "~dock"]
    folder = write(watchlists=f"{TOPIC}[concept.harbour.en]\ninflect = true\naliases = {aliases}\n")

    settings = load(folder, {})

    assert settings.concepts["harbour"].aliases == {
        "id": ("pelabuhan", "dermaga*"),
        "en": ("~quay", "=QUAY", "port*", "~Kim NEAR/9 ~port", "~dock"),
    }


def test_networks_and_times_are_read_as_what_they_are(write: Write) -> None:
    main = MAIN + 'times = ["17:30", "06:00", "17:30"]\n[network]\nallow = ["127.0.0.0/8", "::1"]\n'

    settings = load(write(main), {})

    assert settings.mailboxes[0].times == (time(6, 0), time(17, 30))
    assert settings.network.allow == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(write: Write) -> None:
    folder = write()
    path = folder / "sources" / "one.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode())

    assert load(folder, {}).places["source", "kabar-pagi"] == ("sources/one.toml", 2)


def test_lock_files_of_editors_are_not_read(write: Write) -> None:
    folder = write()
    (folder / "sources" / ".#one.toml").symlink_to("nobody@nowhere:1")

    assert len(load(folder, {}).sources) == 1


# What is added to the end of a file that loads, and what is told of it.
MISTAKES = {
    "main": {
        'channel = "mial"': '"mial" is not one of mail, folder; did you mean',
        'times = ["6 pm"]': ":5: mailbox[0].times[0]: must be a time of day in quotes",
        "times = []": ":5: mailbox[0].times: must name at least one time of day",
        'channel = "mail"\naddress = "a@b.localhost"': '"mail" needs a mail server',
        'channel = "mail"\n' + MAIL: ':2: mailbox[0]: channel "mail" needs an add',
        MAIL + 'username = "a"': ":8: mail.username: needs a password: set TILIK",
        MAIL + 'security = "none"': "mail to smtp.example.net in the clear",
        '[[source]]\nname = "a"': ":5: source: belongs in sources/*.toml",
        "[limit]": ':5: limit: unknown key; did you mean "limits"?',
        "[[limits]]": ":5: limits: must be a table",
        '[limits]\nrequests = "32"': ":6: limits.requests: must be a valid int",
        "[limits]\nworkers = 0": ":6: limits.workers: must be greater than or",
        '[network]\nallow = ["127.0.0.1/8"]': ":6: network.allow[0]: is no network",
        "[network]\nallow = [5]": "allow[0]: must be a network in quotes",
        "mail = 5": "tilik.toml:5: mailbox[0].mail: unknown key",
        'folder = "a\\u0000b"': ":5: mailbox[0].folder: must be one line without control",
        "[politeness]\ninterval_s = 9": ":5: politeness: interval_s = 9 must",
    },
    "sources": {
        'zoen = "x"': ':5: source[0].zoen: unknown key; did you mean "zone"?',
        'zone = "Asia/Jakrta"': 'zone "Asia/Jakrta"; did you mean "Asia/Jakarta"?',
        'zone = "WITA"': '"WITA"; did you mean "Asia/Makassar"?',
        'zone = "../../etc/passwd"': "; use an IANA name such as",
        'lang = "Indonesian"': '"Indonesian" is no language code such as id',
        "enabled = 1": ":5: source[0].enabled: must be a valid boolean",
        'whole = "page=all"': ':5: source[0].whole: must begin with "?" or "/"',
        'select = "h3 a["': ':5: source[0].select: "h3 a[" is no CSS selector: Expected',
        'select = "a::text"': 'select: "a::text" is no CSS selector: Pseudo-elements are not',
        'select = " "': ":5: source[0].select: must not be empty",
        'select = "h3 a"': ':5: source[0].select: is only for kind = "section"',
        'ignore_robots_because = " "': "robots_because: must not be empty",
        r'title = "Ka\u0007bar"': "title: must be one line without",
        "interval_s = 60": ":5: source[0].interval_s: must be 300 to 7200, as",
        "interval_floor_s = 60": ":5: source[0].interval_floor_s: must be 300 to 7200, as",
        "interval_s = 600\ninterval_floor_s = 600": "fixes the time between two visits",
        "interval_ceiling_s = 400\ninterval_floor_s = 500": "500 is above interval_ceiling_s = 400",
        'region = "Riau': ":5: is no TOML: Illegal character '\\n' (column 15)",
    },
    "watchlists": {
        'en = ["a*b c"]': ':7: concept.harbour.en[0]: "a*b c": a star',
        'en = ["a * b"]': ':7: concept.harbour.en[0]: "a * b": a star',
        'en = ["*"]': ':7: concept.harbour.en[0]: "*" is no alias',
        "en = []": ":5: concept.harbour: has no alias in en",
        'en = "quay"': ":7: concept.harbour.en: must be a list, in brackets",
        "en = {aliases = [], inflect = true}": "concept.harbour.en.aliases: must not be empty",
        'en = {aliases = ["a*b"]}': 'concept.harbour.en.aliases[0]: "a*b": a star',
        'en = {aliases = ["a"], inflct = true}': 'en.inflct: unknown key; did you mean "inflect"?',
        "en = {inflect = true}": "concept.harbour.en.aliases: is missing",
        'title = ["x"]': 'harbour.title: "title" is no language code',
        '[concept."a b"]\nen = ["c"]': ':7: concept."a b": "a b" is no name',
    },
}
RIGHT = {"main": MAIN, "sources": SOURCE, "watchlists": TOPIC}


@pytest.mark.parametrize(
    ("file", "line"), [(file, line) for file, lines in MISTAKES.items() for line in lines]
)
def test_a_mistake_is_refused_where_it_stands(write: Write, file: str, line: str) -> None:
    told = refusal(write(**{file: f"{RIGHT[file]}{line}\n"}))

    assert MISTAKES[file][line] in told
    assert told.startswith("tilik.toml:" if file == "main" else f"{file}/one.toml:")


# What is replaced in a file that loads, and what is told of it.
SLIPS = {
    "main": {
        ("contact", "contract"): ':1: contract: unknown key; did you mean "contact',
        (MAIN, "mailbox = 5"): "tilik.toml:1: mailbox: must be a list, in brackets",
        (MAIN, "a = " + "[" * 9000 + "]" * 9000): "tilik.toml: is nested too deeply",
        (MAIN, "a = " + "1" * 9000): "tilik.toml: is no TOML: Exceeds the limit",
        ("contact", "# contact"): "tilik.toml: contact: is missing",
        ("https://newsroom.localhost/robot", "our desk"): ":1: contact: must be plain",
        ("https://newsroom.localhost/robot", "desk"): "must be a mail address or a web",
    },
    "sources": {
        ('"feed"', '"feeds"'): "one of feed, sitemap, section; did you mean",
        ("url", "# url"): ":1: source[0].url: is missing",
        ("[[source]]", "[source]"): ":1: source: write [[source]], in two",
        (".net/", ".net:9000/"): ":3: source[0].url: port 9000 is not among the ports",
    },
    "watchlists": {
        ('"desk"', '"dsek"'): 'unknown mailbox "dsek"; did you mean "desk"?',
        ('"desk"', '"xyz"'): '"xyz"; tilik.toml declares: desk',
    },
}


@pytest.mark.parametrize(
    ("file", "slip"), [(file, slip) for file, slips in SLIPS.items() for slip in slips]
)
def test_a_slip_is_refused_with_the_right_word(
    write: Write, file: str, slip: tuple[str, str]
) -> None:
    assert SLIPS[file][slip] in refusal(write(**{file: RIGHT[file].replace(*slip)}))


@pytest.mark.parametrize(
    "name", ["../escape", "a/b", ".hidden", "", "a\x00b", "x" * 65, "kabar pagi", "kabár"]
)
@pytest.mark.parametrize("kind", ["source", "topic", "mailbox"])
def test_a_name_can_never_leave_its_folder(write: Write, kind: str, name: str) -> None:
    written = '"' + name.replace("\x00", "\\u0000") + '"'
    folder = write(
        MAIN.replace('"desk"', written if kind == "mailbox" else '"desk"'),
        SOURCE.replace('"kabar-pagi"', written if kind == "source" else '"kabar-pagi"'),
        TOPIC.replace('"harbour"', written if kind == "topic" else '"harbour"'),
    )

    assert f"{kind}[0].name: " in refusal(folder)
    assert "is no name" in refusal(folder)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://kabar.example.net/",
        "file:///etc/passwd",
        "kabar.example.net/feed",
        "https://",
        "https://reader:secret@kabar.example.net/",
        "https://kabar.example.net\\\\@10.0.0.1/",
        "https://kabar.example.net/a b",
        "https://kabar.example.net:99999/",
        "https://[::1/",
    ],
)
def test_only_plain_web_addresses_are_sources(write: Write, url: str) -> None:
    folder = write(sources=SOURCE.replace("https://kabar.example.net/feed", url))

    assert "sources/one.toml:3: source[0].url: " in refusal(folder)


def test_all_problems_of_all_files_are_told_at_once_in_reading_order(write: Write) -> None:
    folder = write(
        MAIN.replace("Asia/Jakarta", "WIB") + "[limits]\nworkers = 0\n",
        SOURCE + "zoen = 1\n" + SOURCE.replace("kabar-pagi", "two").replace('"feed"', '"fed"'),
        TOPIC.replace("desk", "dusk"),
    )
    (folder / "sources" / "broken.toml").write_text("[[source\n")

    places = [line.split(": ")[0] for line in refusal(folder).splitlines()]

    assert places == [
        "tilik.toml:4",
        "tilik.toml:6",
        "sources/broken.toml:1",
        "sources/one.toml:5",
        "sources/one.toml:9",
        "watchlists/one.toml:4",
    ]


@pytest.mark.parametrize(
    ("kind", "key", "line"),
    [
        ("source", "source[0].name", 2),
        ("topic", "topic[0].name", 2),
        ("concept", "concept.harbour", 5),
    ],
)
def test_a_name_declared_twice_names_both_places(
    write: Write, kind: str, key: str, line: int
) -> None:
    folder = write()
    for name, text in {"sources": SOURCE, "watchlists": TOPIC}.items():
        (folder / name / "two.toml").write_text(text)

    told = next(each for each in refusal(folder).splitlines() if f" {kind} " in each)

    file = "sources" if kind == "source" else "watchlists"
    assert told.startswith(f"{file}/two.toml:{line}: {key}: {kind} ")
    assert told.endswith(f"is declared twice; the first is at {file}/one.toml:{line}")


def test_a_mailbox_declared_twice_names_both_places(write: Write) -> None:
    folder = write(MAIN + '[[mailbox]]\nname = "desk"\nzone = "Asia/Jakarta"\n')

    assert 'tilik.toml:6: mailbox[1].name: mailbox "desk" is declared twice' in refusal(folder)
    assert "the first is at tilik.toml:3" in refusal(folder)


def test_an_empty_folder_is_told_how_to_begin(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"tilik.toml: is not there: `tilik init {tmp_path}` makes one"


def test_a_broken_main_file_does_not_blame_the_topics(write: Write) -> None:
    assert refusal(write("contact =\n")).splitlines() == [
        "tilik.toml:1: is no TOML: Invalid value (column 10)"
    ]


def test_a_file_that_is_not_text_is_named(write: Write) -> None:
    folder = write()
    (folder / "sources" / "one.toml").write_bytes(b'name = "\xff"')

    assert refusal(folder) == "sources/one.toml: is not UTF-8 text: see byte 8"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
def test_mail_without_encryption_is_for_this_machine_only(host: str) -> None:
    server = MailServer(host=host, security="none", sender="desk@newsroom.localhost")

    assert server.security == "none"


ODDITIES = {
    "example contact": ({"main": MAIN.replace("localhost", "example")}, "is still the example"),
    "example reader": (
        {"main": MAIN + 'channel = "mail"\naddress = "me@example.org"\n' + MAIL},
        'mailbox "desk" still has the example address me@example.org',
    ),
    "no source": ({"sources": ""}, "no source is declared"),
    "topic for nobody": ({"watchlists": TOPIC.replace('"desk"', "")}, '"harbour" names no mailbox'),
    "impolite": ({"main": MAIN + "[politeness]\ndelay_s = 0\n"}, "delay_s is under 1.0 s"),
}


@pytest.mark.parametrize("oddity", ODDITIES)
def test_what_is_odd_but_allowed_is_a_warning(write: Write, oddity: str) -> None:
    files, says = ODDITIES[oddity]

    (warning,) = load(write(**files), {}).warnings

    assert says in warning


def test_a_folder_that_anyone_can_write_is_a_warning(write: Write) -> None:
    folder = write()
    folder.chmod(0o777)

    assert load(folder, {}).warnings == (f"anyone can write here: run chmod o-w {folder}",)


def test_a_machine_without_zone_data_is_told_what_to_install() -> None:
    code = (
        "import sys, zoneinfo; sys.modules['tzdata'] = None; zoneinfo.reset_tzpath(());"
        "from config.settings import Mailbox; Mailbox(name='desk', zone='Asia/Jakarta')"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert "no time zone data: install the tzdata package" in done.stderr


def test_a_file_of_sources_that_finds_no_room_is_named(tmp_path: Path) -> None:
    source = Source(name="kabar-pagi", url="https://kabar.example.net/feed", kind="feed")

    with full_disk(), pytest.raises(OSError, match="too large") as failed:
        write_sources(tmp_path, "kabar", [source], "Found today.\n" * 9)

    assert failed.value.filename == str(tmp_path / "sources" / "kabar.toml")
    assert list((tmp_path / "sources").iterdir()) == []


def test_a_starter_file_that_finds_no_room_is_named(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(OSError, match="too large") as failed:
        init(tmp_path / "news")

    assert str(failed.value.filename).startswith(str(tmp_path / "news" / "sources"))
    assert list((tmp_path / "news").iterdir()) == []
