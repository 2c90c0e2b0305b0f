"""How a command ends: every error becomes one clear sentence and an exit status of sysexits.h."""

from __future__ import annotations

import os
import sys

import click

USAGE = 64
BAD_DATA = 65
INTERNAL = 70
CANNOT_CREATE = 73
INPUT_OUTPUT = 74
CONFIGURATION = 78
INTERRUPTED = 130


def run(command: click.Command) -> None:
    """Run a command and leave the process."""
    try:
        status = command.main(prog_name=command.name, standalone_mode=False)
        sys.stdout.flush()  # a reader that has gone is noticed here, not after the end
    except (click.exceptions.Abort, KeyboardInterrupt):
        _complain("interrupted. What was stored is safe; the rest is due again.")
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except BrokenPipeError:
        # Whoever read our output has enough; keep the interpreter from complaining about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last place before the user
        sys.exit(_explained(error))
    sys.exit(status if isinstance(status, int) else 0)


def _explained(error: Exception) -> int:
    """Say what went wrong and return the exit status. Imported late: `--help` needs none of it."""
    from config.load import ConfigError  # noqa: PLC0415
    from db.errors import StoreError  # noqa: PLC0415
    from monitor.cli.output import clean  # noqa: PLC0415
    from monitor.topics.written import StoryError  # noqa: PLC0415

    match error:
        case ConfigError():
            _complain(clean(str(error)))
            return CONFIGURATION
        case StoryError():
            _complain(clean(str(error)))
            return BAD_DATA
        case StoreError():
            _complain(clean(str(error)))
            return error.exit_status
        case FileExistsError() | PermissionError():
            _complain(clean(_os_sentence(error)))
            return CANNOT_CREATE
        case OSError():
            _complain(clean(_os_sentence(error)))
            return INPUT_OUTPUT
    if os.environ.get("TILIK_DEBUG"):
        raise error
    _complain(
        f"a fault of tilik's own: {type(error).__name__}: {clean(str(error))}\n"
        "Nothing that was stored is lost. TILIK_DEBUG=1 shows where it happened; please report it."
    )
    return INTERNAL


def _os_sentence(error: OSError) -> str:
    if error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _complain(text: str) -> None:
    click.echo(f"tilik: {text}", err=True)
