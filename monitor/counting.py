"""A number with the English words that go with it; mails have a table for each language."""

from __future__ import annotations


def counted(count: int, one: str, many: str) -> str:
    """Say a number and what is counted: `one` goes with 1, `many` with all others, 0 as well."""
    return f"{count} {one if count == 1 else many}"
