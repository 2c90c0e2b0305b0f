import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import ConfigError, load
from config.settings import Settings

MAIL = """\
contact = "robot@newsroom.localhost"
[[mailbox]]
name = "desk"
zone = "Asia/Jakarta"
[mail]
host = "smtp.example.net"
sender = "desk@newsroom.localhost"
username = "desk"
"""
SOURCE = """\
[[source]]
name = "kabar-pagi"
url = "https://kabar.example.net/feed"
kind = "feed"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """A settings folder whose mail server wants a login."""

    def written(more: str = "") -> Path:
        (tmp_path / "sources").mkdir(exist_ok=True)
        (tmp_path / "sources" / "one.toml").write_text(SOURCE)
        private(tmp_path / "tilik.toml", MAIL + more)
        return tmp_path

    return written


def private(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


def refusal(folder: Path, environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as refused:
        load(folder, environ)
    return str(refused.value)


def password_of(settings: Settings) -> str | None:
    mail = settings.mail
    return mail.password.get_secret_value() if mail and mail.password else None


PASSWORD = {"TILIK__MAIL__PASSWORD": "from-variable"}


def test_a_variable_overrides_a_single_value(write: Callable[[str], Path]) -> None:
    environ = {
        **PASSWORD,
        "TILIK__CONTACT": "other@newsroom.localhost",
        "TILIK__LIMITS__WORKERS": "4",
        "TILIK__LIMITS__TIMEOUT_S": "2.5",
        "TILIK__POLITENESS__DELAY_S": "3",
        "TILIK__MAIL__SECURITY": "tls",
        "HOME": "/nonexistent",
    }

    settings = load(write("[limits]\nworkers = 1\n"), environ)

    assert settings.contact == "other@newsroom.localhost"
    assert (settings.limits.workers, settings.limits.timeout_s) == (4, 2.5)
    assert settings.politeness.delay_s == 3.0
    assert settings.mail is not None
    assert settings.mail.security == "tls"


def test_the_environment_of_the_process_is_never_read(
    write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "TILIK__LIMITS__WORKERS", "7")

    assert load(write(""), PASSWORD).limits.workers == 1


VARIABLES = {
    "unknown": ("TILIK__LIMITS__WORKRES", "2", 'did you mean "TILIK__LIMITS__WORKERS"?'),
    "no number": ("TILIK__LIMITS__WORKERS", "many", "must be a valid integer"),
    "a list": ("TILIK__NETWORK__ALLOW", "10.0.0.0/8", "is no setting that a variable can change"),
    "empty": ("TILIK__CONTACT", "", "must be a mail address or a web address"),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_a_variable_that_cannot_be_used_is_refused_by_its_name(
    write: Callable[[str], Path], case: str
) -> None:
    variable, value, says = VARIABLES[case]

    told = refusal(write(""), {**PASSWORD, variable: value})

    assert told.startswith(f"environment: {variable}: ")
    assert says in told


def test_the_password_comes_from_a_variable_a_file_or_the_service(
    write: Callable[[str], Path],
) -> None:
    folder = write("")
    private(folder / "secret", "from-file\n")
    (folder / "credentials").mkdir()
    private(folder / "credentials" / "mail-password", "from-service\n")

    assert password_of(load(folder, PASSWORD)) == "from-variable"
    assert password_of(load(folder, {"TILIK__MAIL__PASSWORD_FILE": "secret"})) == "from-file"
    credentials = {"CREDENTIALS_DIRECTORY": str(folder / "credentials")}
    assert password_of(load(folder, credentials)) == "from-service"


def test_a_variable_goes_before_the_password_in_the_file(write: Callable[[str], Path]) -> None:
    folder = write('password = "old"\n')

    assert password_of(load(folder, {})) == "old"
    assert password_of(load(folder, PASSWORD)) == "from-variable"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_that_others_can_read_is_refused(
    write: Callable[[str], Path], mode: int
) -> None:
    folder = write('password = "hush"\n')
    (folder / "tilik.toml").chmod(mode)

    assert refusal(folder, {}).startswith(
        "tilik.toml:9: mail.password: others can read this file: run chmod 600 tilik.toml"
    )


def test_a_password_file_that_others_can_read_is_a_warning(write: Callable[[str], Path]) -> None:
    folder = write('password_file = "secret"\n')
    private(folder / "secret", "hush\n")
    (folder / "secret").chmod(0o644)

    (warning,) = load(folder, {}).warnings

    assert warning.startswith(f"{folder / 'secret'} holds the mail password and others can read it")


UNOBTAINABLE = {
    "gone": ('password_file = "gone"', "gone cannot be read: No such file or directory"),
    "folder": ('password_file = "."', "cannot be read: Is a directory"),
    "bytes": ('password_file = "bytes"', "bytes cannot be read: it is not UTF-8 text"),
    "both": ('password = "hush"\npassword_file = "gone"', "give password or password_file, not"),
    "no text": ("password = 5", "tilik.toml:9: mail.password: must be a valid string"),
    "empty": ('password = ""', "tilik.toml:9: mail.password: must not be empty"),
}


@pytest.mark.parametrize("case", UNOBTAINABLE)
def test_a_password_that_cannot_be_had_is_refused(write: Callable[[str], Path], case: str) -> None:
    lines, says = UNOBTAINABLE[case]
    folder = write(f"{lines}\n")
    (folder / "bytes").write_bytes(b"\xff")

    assert says in refusal(folder, {})


def test_no_message_and_no_dump_shows_the_password(write: Callable[[str], Path]) -> None:
    settings = load(write('password = "hush-hush"\n'), {})
    told = refusal(write('password = ["hush-hush"]\n'), {})

    assert "hush-hush" not in f"{settings!r} {settings} {settings.model_dump_json()} {told}"


# the logins of sources


def subscribed(folder: Path, *lines: str, url: str = "https://kabar.example.net/feed") -> Path:
    """Declare a source with more keys, and a file with its password."""
    source = SOURCE.replace("https://kabar.example.net/feed", url)
    (folder / "sources" / "one.toml").write_text("\n".join([source, *lines]))
    private(folder / "kabar.secret", "hush-hush\n")
    return folder


LOGIN = ('username = "desk"', 'password_file = "kabar.secret"')


def test_the_password_of_a_source_is_read_from_its_file(write: Callable[[str], Path]) -> None:
    settings = load(subscribed(write('password = "other"\n'), *LOGIN), {})
    (source,) = settings.sources

    assert source.password is not None
    assert source.password.get_secret_value() == "hush-hush"
    assert "hush-hush" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_a_source_password_that_others_can_read_is_a_warning(write: Callable[[str], Path]) -> None:
    folder = subscribed(write('password = "other"\n'), *LOGIN)
    (folder / "kabar.secret").chmod(0o644)

    (warning,) = load(folder, {}).warnings

    assert warning == (
        f"{folder / 'kabar.secret'} holds the password of a source and others can read it: "
        f"run chmod 600 {folder / 'kabar.secret'}"
    )


@pytest.mark.parametrize(
    ("lines", "url", "says"),
    [
        pytest.param(
            ('username = "desk"', 'password_file = "gone"'),
            "https://kabar.example.net/feed",
            "source[0].password_file: ",
            id="gone",
        ),
        pytest.param(
            ('username = "desk"', 'password = "hush-hush"'),
            "https://kabar.example.net/feed",
            "source[0].password: does not belong here: put it into a file, and name that in "
            "password_file",
            id="in the file itself",
        ),
        pytest.param(
            LOGIN[:1],
            "https://kabar.example.net/feed",
            "a login needs both username and password_file",
            id="no password",
        ),
        pytest.param(
            LOGIN[1:],
            "https://kabar.example.net/feed",
            "a login needs both username and password_file",
            id="no username",
        ),
        pytest.param(
            LOGIN,
            "http://kabar.example.net/feed",
            "a login would send the password to kabar.example.net in the clear",
            id="in the clear",
        ),
        pytest.param(
            (*LOGIN, SOURCE.replace("pagi", "sore"), 'username = "x"', LOGIN[1]),
            "https://kabar.example.net/feed",
            'source "kabar-pagi" has another login for https://kabar.example.net',
            id="two logins of one site",
        ),
        pytest.param(
            (*LOGIN, SOURCE.replace("pagi", "sore"), 'username = "x"', LOGIN[1]),
            "https://Kabar.example.net:443/feed",
            'source "kabar-pagi" has another login for https://kabar.example.net',
            id="two logins of one site, written in two ways",
        ),
    ],
)
def test_a_login_that_cannot_be_used_is_refused(
    write: Callable[[str], Path], lines: tuple[str, ...], url: str, says: str
) -> None:
    told = refusal(subscribed(write('password = "other"\n'), *lines, url=url), {})

    assert says in told
    assert "hush-hush" not in told
    assert len(told.splitlines()) == 1
