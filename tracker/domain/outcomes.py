"""What a programme brought, as people write it: «hơn 2,1 tỷ đồng» read into an amount and printed back as typed."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.names import clean_text
from tracker.domain.numbers import Qualifier, format_amount, parse_number

AMOUNT_MOST = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An amount as a source bounds it, with the words it was stated in; words alone where they hold no figure."""

    amount: int | None = None
    qualifier: Qualifier | None = None
    words: str | None = None

    def text(self) -> str:
        """Print it: the words as typed, with the amount where they do not say it; nothing stated is an empty text."""
        told = "" if self.amount is None else f"{format_amount(self.amount, self.qualifier)} đồng"
        if not self.words or not told:
            return self.words or told
        return self.words if parse_number(self.words).value == self.amount else f"{self.words}: {told}"


def read_outcome(text: str) -> Outcome:
    """Read an outcome as typed."""
    words = clean_text(text)
    found = parse_number(words)
    if found.value is None or found.value > AMOUNT_MOST:
        return Outcome(words=words or None)
    return Outcome(amount=found.value, qualifier=found.qualifier, words=words)
