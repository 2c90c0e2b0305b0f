"""The four package names are ours alone, and what is installed is whole."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = ["config", "crawler", "db", "monitor"]


@pytest.mark.parametrize("name", NAMES)
def test_no_dependency_ships_a_package_of_our_name(name: str) -> None:
    """They are bare names: two distributions with one of them would overwrite each other."""
    owners = set(packages_distributions().get(name, []))

    assert owners - {"tilik"} == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel, offline, with what is installed here; the names of its files."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - the build backend itself
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (built,) = target.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_the_wheel_holds_the_four_packages_and_nothing_beside_them(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(NAMES)


@pytest.mark.parametrize("package", NAMES)
def test_the_wheel_holds_every_file_of_a_package(wheel: set[str], package: str) -> None:
    """Starter files, templates, stories and styles are no Python, and are needed all the same."""
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert files - wheel == set()


def test_the_wheel_holds_what_the_commands_need(wheel: set[str]) -> None:
    assert {
        "config/starter/tilik.toml",
        "config/starter/watchlists/russia-dprk.toml",
        "monitor/render/digest.html",
    } <= wheel
    for kind in ("config/starter/sources/*.toml", "monitor/demo/stories/*.toml"):
        assert any(Path(name).match(kind) for name in wheel), kind
    assert any(name.startswith("monitor/demo/templates/") for name in wheel)
