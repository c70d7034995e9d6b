"""Posts of units' pages and groups from a spreadsheet: new ones, and what a file says otherwise of known ones.

The pages they stand on are found, registered and removed by post_pages.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import AppError, Code
from tracker.domain.imports import Change
from tracker.domain.names import fold
from tracker.services import programmes
from tracker.services.channels_posts import entry_of
from tracker.services.imports import post_pages, post_rows
from tracker.services.imports.outcomes import Outcome, Refused, Said, refused, taken
from tracker.services.imports.post_pages import Pages
from tracker.services.restating_registers import Change as Restated
from tracker.services.restating_registers import restate_entries
from tracker.store import articles, channels_posts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.services.channels import NewChannel
    from tracker.services.imports.columns import Table
    from tracker.services.imports.outcomes import Note
    from tracker.services.imports.plans import Stamp
    from tracker.services.imports.post_rows import PostRecord
    from tracker.services.programmes import ProgrammeRow
    from tracker.store.channels_posts import PostRow
    from tracker.store.db import Tx

PROGRAMMES_MOST = 10_000
_KEPT = ("channel_id", "url", "url_key", "title", "article_id", "programme_id")
_COLUMNS = {"happened_on": "happened_on", "title": "title", "article_id": "article_url", "programme_id": "programme"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a row makes of a post: the channel's id is negative until it is registered, `news` is what changes."""

    record: PostRecord
    channel_id: int
    found: PostRow | None
    news: Mapping[str, Any]

    @property
    def changed(self) -> list[str] | None:
        """Name the columns that change; None for a new post."""
        return None if self.found is None else [_COLUMNS[name] for name in self.news]


@dataclass(slots=True, kw_only=True)
class PostPlan:
    """The whole file against the posts that are known."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: Sequence[Note] = ()
    wanted: Sequence[Wanted] = ()
    registered: Mapping[int, NewChannel] = field(default_factory=dict)

    def apply(self, tx: Tx, stamp: Stamp) -> list[Change]:
        """Register pages, enter posts, change known ones; tell the periods that were closed over them."""
        _hold_named(tx, self.wanted)
        made = {number: post_pages.register(tx, new, stamp) for number, new in self.registered.items()}
        before = {w.found.post_id: w.found for w in self.wanted if w.found is not None and w.news}
        ids = _record(tx, self.wanted, made, stamp)
        after = channels_posts.hold(tx, ids)
        _restate(tx, stamp, before, after)
        told = [Change(subject=f"channel:{i}", before=None, after={"channel_id": i}) for i in made.values()]
        return told + [
            Change(
                subject=f"post:{i}",
                before=_post_json(before[i]) if i in before else None,
                after=_post_json(after[i]),
            )
            for i in ids
        ]


def plan(tx: Tx, table: Table, stamp: Stamp) -> PostPlan:
    """Read every row against the pages and posts that are known."""
    pages, refusals = Pages(tx, stamp), dict[int, tuple[str, Refused]]()
    placed = _placed(table, pages, stamp, refusals)
    named = _programmes(tx, placed, stamp)
    carried = articles.list_known(tx, [key for record, _ in placed for key in record.article_keys])
    known = _known(tx, placed)
    wanted: dict[tuple[int, tuple[str, ...]], Wanted] = {}
    for record, channel_id in placed:
        key = (channel_id, record.identity)
        try:
            if key in wanted:
                raise Refused(Code.POST_TAKEN, Said.POST_REPEATED)  # noqa: TRY301 - it becomes the row's outcome
            programme_id = _programme(named, record)
        except Refused as why:
            refusals[record.number] = (record.page, why)
            continue
        article = next((carried[k].article_id for k in record.article_keys if k in carried), None)
        said: dict[str, Any] = {"happened_on": record.happened_on, "title": record.title, "article_id": article}
        said["programme_id"] = programme_id
        found = known.get(key)
        wanted[key] = Wanted(record=record, channel_id=channel_id, found=found, news=_news(found, said))
    told = [refused(number, page, why) for number, (page, why) in refusals.items()]
    told += [taken(w.record.number, w.record.page, w.changed) for w in wanted.values()]
    needed = {w.channel_id for w in wanted.values()}
    registered = {number: new for number, new in pages.new.items() if number in needed}
    return PostPlan(
        outcomes=sorted(told, key=lambda outcome: outcome.row),
        notes=post_pages.notes(registered.values()),
        wanted=tuple(wanted.values()),
        registered=registered,
    )


def take_back(tx: Tx, posts: Mapping[int, tuple[Any, Any]], channel_ids: Iterable[int], stamp: Stamp) -> None:
    """Take posts and pages of an import back; refuses where one was changed or something was built upon it."""
    now_so = channels_posts.hold(tx, posts)
    if {i: _post_json(row) for i, row in now_so.items()} != {i: after for i, (_, after) in posts.items()}:
        raise AppError(Code.IMPORT_CHANGED, "posts were changed or removed since the import")
    new = [i for i, (before, _) in posts.items() if before is None]
    if channels_posts.list_readings(tx, new):
        raise AppError(Code.IMPORT_CHANGED, "exports have given posts figures since the import")
    named = {before["programme_id"] for before, _ in posts.values() if before is not None} - {None}
    if not channels_posts.hold_named(tx, (), named):
        raise AppError(Code.IMPORT_CHANGED, "programmes that posts belonged to were removed since the import")
    channels_posts.remove_held(tx, new)
    channels_posts.change_held(tx, {i: _post_values(before) for i, (before, _) in posts.items() if before is not None})
    _restate(tx, stamp, now_so, channels_posts.hold(tx, posts))
    post_pages.remove(tx, channel_ids, stamp)


def _placed(
    table: Table, pages: Pages, stamp: Stamp, refusals: dict[int, tuple[str, Refused]]
) -> list[tuple[PostRecord, int]]:
    """Read the rows with the channel each means."""
    found = []
    for row in table.records:
        try:
            record = post_rows.read(row, stamp.today)
            found.append((record, pages.find(record)))
        except Refused as why:
            refusals[row.number] = (row["page"], why)
    return found


def _programmes(tx: Tx, placed: Sequence[tuple[PostRecord, int]], stamp: Stamp) -> dict[str, list[ProgrammeRow]]:
    """Give the programmes that bind the scope by their folded names, where rows name any."""
    if not any(record.programme for record, _ in placed):
        return {}
    named: dict[str, list[ProgrammeRow]] = {}
    for programme in programmes.list_binding(tx, stamp.viewer, limit=PROGRAMMES_MOST, today=stamp.today):
        named.setdefault(fold(programme.name), []).append(programme)
    return named


def _programme(named: Mapping[str, Sequence[ProgrammeRow]], record: PostRecord) -> int | None:
    """Give the programme that a row names; of several years' alike, the one that ran on the day of the post."""
    if not record.programme:
        return None
    alike = named.get(fold(record.programme), ())
    if not alike:
        raise Refused(Code.NOT_FOUND, Said.UNKNOWN_CODE, column="programme", value=record.programme[:40])
    day = record.happened_on
    running = (p for p in alike if (p.from_on or day) <= day <= (p.until_on or day))
    return next(running, alike[-1]).programme_id


def _known(tx: Tx, placed: Sequence[tuple[PostRecord, int]]) -> dict[tuple[int, tuple[str, ...]], PostRow]:
    """Find the posts that rows name, by channel and what names a post within it."""
    standing = {channel_id for _, channel_id in placed if channel_id > 0}
    keys = {record.url_key for record, _ in placed if record.url_key}
    days = {record.happened_on for record, _ in placed if record.url_key is None}
    return {
        (row.channel_id, post_rows.identity(row.url_key, row.happened_on, row.title)): row
        for row in channels_posts.list_of_days(tx, standing, keys, days)
    }


def _news(found: PostRow | None, said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a row says otherwise than what stands; an empty cell says nothing."""
    return {n: v for n, v in said.items() if v is not None and (found is None or getattr(found, n) != v)}


def _hold_named(tx: Tx, wanted: Sequence[Wanted]) -> None:
    """Keep pages and programmes that posts are about to name; of an import nothing is done where one is gone."""
    channel_ids = {w.channel_id for w in wanted if w.channel_id > 0}
    named = {w.news["programme_id"] for w in wanted if "programme_id" in w.news}
    if not channels_posts.hold_named(tx, channel_ids, named):
        raise AppError(Code.STORE_BUSY, "a page or programme was removed at the same moment; import again")


def _record(tx: Tx, wanted: Sequence[Wanted], made: Mapping[int, int], stamp: Stamp) -> list[int]:
    """Enter the new posts, change the known ones that a row says otherwise; give the ids of both, the new ones last."""
    told = [(w.found, w.news) for w in wanted if w.found is not None and w.news]
    known = {found.post_id: found.version for found, _ in told}
    if {i: row.version for i, row in channels_posts.hold(tx, known).items()} != known:
        raise _busy()
    stated = {f.post_id: {name: getattr(f, name) for name in _COLUMNS} | dict(news) for f, news in told}
    channels_posts.change_held(tx, stated)
    entered = {"entered_at": stamp.now, "entered_by": stamp.viewer.account_id}
    new = channels_posts.add_all(tx, [_row(w, made) | entered for w in wanted if w.found is None])
    if new is None:
        raise _busy()
    return [*known, *new]


def _row(wanted: Wanted, made: Mapping[int, int]) -> dict[str, Any]:
    record = wanted.record
    named = {"channel_id": made.get(wanted.channel_id, wanted.channel_id), "url": record.url, "url_key": record.url_key}
    return named | dict.fromkeys(_COLUMNS) | dict(wanted.news)


def _busy() -> AppError:
    return AppError(Code.STORE_BUSY, "the posts of this page changed at the same moment")


def _restate(tx: Tx, stamp: Stamp, before: Mapping[int, PostRow], after: Mapping[int, PostRow]) -> None:
    """Tell the closes whose period holds what was entered, changed or taken back."""
    changes = [_restated(before.get(i), after.get(i)) for i in sorted({*before, *after})]
    restate_entries(tx, stamp.viewer, [change for change in changes if change is not None], now=stamp.now)


def _restated(before: PostRow | None, after: PostRow | None) -> Restated | None:
    row = after or before
    if row is None:
        return None
    was, stands = (None if one is None else entry_of(one) for one in (before, after))
    return Restated(subject=f"channel:{row.channel_id}", unit_id=row.unit_id, before=was, after=stands)


def _post_json(row: PostRow) -> dict[str, Any]:
    """Give a post's state as JSON values."""
    return {name: getattr(row, name) for name in _KEPT} | {"happened_on": row.happened_on.isoformat()}


def _post_values(state: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: state[name] for name in _KEPT if name != "channel_id"}
    return kept | {"happened_on": dt.date.fromisoformat(state["happened_on"])}
