"""Pieces that count already: a further row of one is one more author there, not one more piece of the unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.errors import Code
from tracker.services.imports.outcomes import Refused, Said
from tracker.store import import_claims as store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tracker.domain.types import ClaimId, MemberId
    from tracker.services.imports.claim_rows import ClaimRecord
    from tracker.store.db import Tx
    from tracker.store.import_claims import ArticleAt


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A row of a piece that an accepted claim counts: its member is one more author there."""

    counts: ClaimId | int  # a claim that stands, or the number of the row that becomes one
    member_id: MemberId


class Pieces:
    """Which pieces count, by an accepted claim of anybody or by one further up in the file: each counts once."""

    def __init__(
        self,
        counted: Mapping[str, ClaimId],
        *,
        coauthors: Collection[tuple[ClaimId | int, int]],
        said_no: Collection[tuple[ClaimId, int]],
    ) -> None:
        self._counted: dict[str, ClaimId | int] = dict(counted)
        self._coauthors, self._said_no = set(coauthors), said_no

    @classmethod
    def load(cls, tx: Tx, records: Sequence[tuple[ClaimRecord, MemberId]], articles: Mapping[str, ArticleAt]) -> Pieces:
        """Load which of a file's pieces count already, and by whom they are."""
        keys = {key for r, _ in records for key in keys_of(r, article_key(r, articles.get(r.page_key or "")))}
        counted = store.list_counted_pieces(tx, keys)
        claim_ids = set(counted.values())
        coauthors, said_no = store.list_coauthors(tx, claim_ids), store.list_said_no(tx, claim_ids)
        return cls(counted, coauthors=coauthors, said_no=said_no)

    def has_joined(self, member_id: MemberId, keys: Collection[str]) -> bool:
        """Tell whether somebody is a co-author of what counts a piece already, also by a row further up."""
        return any((self._counted.get(key), member_id) in self._coauthors for key in keys)

    def find(self, member_id: MemberId, keys: Collection[str]) -> ClaimId | int | None:
        """Find what counts a piece: a claim, or the number of a row; refused to a member who said no to it."""
        found = next((self._counted[key] for key in keys if key in self._counted), None)
        if (found, member_id) in self._said_no:
            raise Refused(Code.FIELD_INVALID, Said.SAID_NO, value=str(found))
        return found

    def count(self, keys: Collection[str], counts: ClaimId | int) -> None:
        """Let a row, or the claim that counts it already, count a piece under all its addresses."""
        for key in keys:
            self._counted.setdefault(key, counts)

    def join(self, member_id: MemberId, keys: Collection[str], counts: ClaimId | int) -> Join:
        """Let a row's member be one more author of what counts its piece."""
        self.count(keys, counts)
        self._coauthors.add((counts, member_id))
        return Join(counts=counts, member_id=member_id)


def keys_of(record: ClaimRecord, named: str | None) -> list[str]:
    """Give the keys under which a row states an accepted piece; none where it states something else."""
    if record.kind is not ClaimKind.AUTHORED or record.state is not ClaimState.ACCEPTED:
        return []
    return [key for key in (named, record.post.key if record.post else None) if key]


def article_key(record: ClaimRecord, article: ArticleAt | None) -> str | None:
    """Give the key of the article that a row is about: of the collected one, else as the row names it."""
    return article.url_key if article else (record.article.key if record.article else None)
