"""What is known of a source beside its settings, as one value. Never learns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from db.template import Template

TEMPLATE: Final = "template-"


@dataclass(frozen=True, slots=True)
class Learned:
    """The keys of a source's furniture, and where its bodies stand: null while that is unknown."""

    furniture: frozenset[str] = frozenset()
    template: Template | None = None

    def signed(self, version: str) -> str:
        """Name an extractor together with what it knows: who knows more is another extractor."""
        names = [version]
        if self.furniture:
            keys = " ".join(sorted(self.furniture)).encode()
            names.append(f"furniture-{hashlib.blake2b(keys, digest_size=4).hexdigest()}")
        if self.template is not None and self.template.is_used:
            names.append(f"{TEMPLATE}{self.template.name}")
        return "+".join(names)


def untaught(extractor: str | None) -> str | None:
    """Return the name of an extractor without the template that it used."""
    return extractor.partition(f"+{TEMPLATE}")[0] if extractor else extractor


NOTHING_LEARNED: Final = Learned()
