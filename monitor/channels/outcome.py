"""What became of one attempt to deliver, as values: each says what happens next.

Accepted   the other side has it: mark it sent
Again      not now: the same bytes later, sooner at first and hourly in the end
Failed     never by itself again: a person must look
Uncertain  it may or may not have arrived: once more with the same bytes, then a person
Held       the server lets us in no longer: all its mail waits, one try per hour
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side answered that it has the message."""

    reply: str


@dataclass(frozen=True, slots=True)
class Again:
    """Not accepted for a reason that may pass. `is_unreachable`: no mail would get through now."""

    reply: str
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Refused for good."""

    reply: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The whole message went out and no answer came back."""

    reply: str


@dataclass(frozen=True, slots=True)
class Held:
    """The server refuses our login."""

    reply: str


Outcome: TypeAlias = Accepted | Again | Failed | Uncertain | Held
