"""A page's own insights export taken in: its posts entered, their figures verified, the file kept as evidence.

The same file twice changes nothing. Rows that say nothing of a post are told and left aside: the file is
the platform's, an office cannot mend it. What its columns mean stands in tracker/domain/insights.py.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.insights import Export, Problem, Wrong, count_columns, missing_columns, read_export
from tracker.domain.names import clean_text
from tracker.domain.rights import Right
from tracker.domain.secrecy import is_marked
from tracker.services import channels, scoped
from tracker.services.imports import outcomes
from tracker.services.imports.outcomes import Note, Outcome, Refused, Said
from tracker.services.imports.reading import is_xlsx, read_rows
from tracker.services.paging import cut
from tracker.services.restating_registers import Change, Entry, day_period, restate_entries
from tracker.store import articles, channels_files, channels_posts
from tracker.store.channels_files import FileRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.channels import PostReading
    from tracker.domain.insights import ExportedPost
    from tracker.domain.types import ArticleId, Viewer
    from tracker.services.channels import ChannelRow
    from tracker.services.evidence_files import FileRoom
    from tracker.services.imports.columns import SheetRow
    from tracker.services.imports.reading import Runner
    from tracker.store.channels_posts import PostRow
    from tracker.store.db import Tx

__all__ = ["FileRow"]

NAME_MOST = 200
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv"
# What is wrong with a row, in the words that all imports use.
_SAID = {
    Problem.UNNAMED: Said.UNNAMED,
    Problem.NO_DAY: Said.EMPTY,
    Problem.NOT_A_DAY: Said.NOT_A_DATE,
    Problem.NOT_A_COUNT: Said.NOT_A_COUNT,
    Problem.NOT_A_POST: Said.NOT_AN_ADDRESS,
    Problem.FUTURE: Said.FUTURE,
    Problem.DAILY: Said.DAILY,
    Problem.REPEATED: Said.POST_REPEATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """A file that was read: its columns are known, nothing was compared yet."""

    name: str
    content: bytes
    sha256: str
    media_type: str
    export: Export


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightsResult:
    """What a file did, or (`applied` False) would do; `file` is the evidence, the earlier one where it was known."""

    applied: bool
    file: FileRow | None
    sha256: str
    outcomes: Sequence[Outcome]
    notes: Sequence[Note]

    def totals(self) -> dict[str, int]:
        """Count rows by what became of them."""
        return outcomes.totals(self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What is to be done about one row: a post to add or to fill in, and the figures that are news."""

    post: ExportedPost
    found: PostRow | None
    fills: Mapping[str, Any]
    news: Mapping[str, int]
    had: Mapping[str, int]
    lower_count: int
    article_id: ArticleId | None

    def outcome(self) -> Outcome:
        changed = None if self.found is None else {*self.fills, *self.news}
        return outcomes.taken(self.post.row, self.post.key, changed)

    @property
    def moves(self) -> bool:
        return self.found is None or bool(self.fills) or bool(self.news)


def open_file(name: str, content: bytes, sandbox: Runner | None, *, today: dt.date) -> ExportFile:
    """Read an export, before any transaction; refuses what is no table or lacks its columns."""
    sheet = [(row.number, row.cells) for row in read_rows(content, sandbox, _known)]
    if missing := missing_columns(sheet):
        raise AppError(Code.IMPORT_COLUMNS, f"columns are missing: {', '.join(missing)}", missing=missing)
    if is_marked(cell for _, cells in sheet for cell in cells if cell and not cell[0].isdigit()):
        raise AppError(Code.EVIDENCE_SECRET)
    return ExportFile(
        name=clean_text(name, NAME_MOST),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=XLSX_TYPE if is_xlsx(content) else CSV_TYPE,
        export=read_export(sheet, today=today),
    )


def run(
    tx: Tx,
    viewer: Viewer,
    channel: ChannelRow,
    sent: ExportFile,
    files: FileRoom,
    *,
    dry_run: bool,
    now: dt.datetime,
) -> InsightsResult:
    """Take an export in; a dry run tells the same and writes nothing. The channel is held by `channels.get_locked`."""
    rights.require(Right.OFFICER, viewer)
    same = channels_files.find_same(tx, channel.channel_id, sent.sha256)
    if same is not None:
        return _unchanged(sent, same)
    steps, repeated = _plan(tx, channel, sent.export)
    told = [step.outcome() for step in steps] + [_refused(wrong) for wrong in (*sent.export.wrong, *repeated)]
    told.sort(key=lambda outcome: outcome.row)
    file = None
    if not dry_run and any(step.moves for step in steps):
        file = _apply(tx, viewer, channel, sent, steps, files, counted=outcomes.totals(told), now=now)
    notes = _notes(sent.export, steps)
    return InsightsResult(applied=file is not None, file=file, sha256=sent.sha256, outcomes=told, notes=notes)


def list_files(
    tx: Tx, viewer: Viewer, channel: ChannelRow, *, after: int | None, limit: int
) -> tuple[list[FileRow], int | None]:
    """List the exports of a channel, the latest first; give also the id of the last row where more follow."""
    rights.require(Right.READ, viewer)
    rows = channels_files.list_page(tx, channel.channel_id, after=after, limit=limit + 1)
    return cut(rows, limit, lambda row: row.file_id)


def get_file(tx: Tx, viewer: Viewer, channel: ChannelRow, file_id: int) -> FileRow:
    """Get an export of a channel as it was kept."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(channels_files.find(tx, channel.channel_id, file_id))


def record_read(tx: Tx, viewer: Viewer, file: FileRow, *, now: dt.datetime) -> None:
    """Write down that somebody took an export away."""
    rights.require(Right.READ, viewer)
    channels.note(tx, viewer, "channel.read", file.channel_id, now=now, file_id=file.file_id)


def result_json(result: InsightsResult, language: str) -> dict[str, Any]:
    """Give a result as the API answers it."""
    return {
        "id": None if result.file is None else result.file.file_id,
        "applied": result.applied,
        "sha256": result.sha256,
        "rows": [
            {
                "row": o.row,
                "status": str(o.status),
                "code": None if o.code is None else str(o.code),
                "key": o.key,
                "words": o.words(language),
            }
            for o in result.outcomes
        ],
        "totals": result.totals(),
        "notes": [n.words(language) for n in result.notes],
    }


def _known(rows: Sequence[SheetRow]) -> int:
    return count_columns((row.number, row.cells) for row in rows)


def _unchanged(sent: ExportFile, same: FileRow) -> InsightsResult:
    told = [outcomes.taken(post.row, post.key, ()) for post in sent.export.posts]
    told += [_refused(wrong) for wrong in sent.export.wrong]
    told.sort(key=lambda outcome: outcome.row)
    notes = [Note(said=Said.SAME_FILE, values={})]
    return InsightsResult(applied=False, file=same, sha256=sent.sha256, outcomes=told, notes=notes)


def _refused(wrong: Wrong) -> Outcome:
    values = {"column": wrong.column, "value": wrong.value}
    return outcomes.refused(wrong.row, wrong.key, Refused(Code.FIELD_INVALID, _SAID[wrong.problem], **values))


def _plan(tx: Tx, channel: ChannelRow, export: Export) -> tuple[list[_Step], list[Wrong]]:
    """Compare a file with what is known of the channel: three statements, whatever its length.

    A row that names a post which another row of the file has named by its other name repeats it.
    """
    keys = {post.url_key for post in export.posts if post.url_key}
    numbers = {post.platform_post_id for post in export.posts if post.platform_post_id}
    known = channels_posts.list_named(tx, channel.channel_id, keys, numbers)
    by_number: dict[str | None, PostRow] = {row.platform_post_id: row for row in known if row.platform_post_id}
    by_key: dict[str | None, PostRow] = {row.url_key: row for row in known if row.url_key}
    clash = {*by_number, *by_key}
    readings = channels_posts.list_readings(tx, [row.post_id for row in known])
    carried = articles.list_known(tx, [key for post in export.posts for key in (*post.link_keys, post.url_key) if key])
    steps, repeated, taken = [], [], set[int]()
    for post in export.posts:
        found = by_number.get(post.platform_post_id) or by_key.get(post.url_key)
        if found is not None and found.post_id in taken:
            repeated.append(Wrong(row=post.row, key=post.key, problem=Problem.REPEATED))
            continue
        taken |= set() if found is None else {found.post_id}
        article = next((carried[k].article_id for k in (*post.link_keys, post.url_key) if k in carried), None)
        before = readings.get(found.post_id, []) if found is not None else []
        steps.append(_step(post, found, before, article, clash))
    return steps, repeated


def _step(
    post: ExportedPost,
    found: PostRow | None,
    before: Sequence[PostReading],
    article: ArticleId | None,
    clash: set[str | None],
) -> _Step:
    had = {reading.measure: reading.value for reading in before}
    news = {measure.value: value for measure, value in post.values.items() if had.get(measure) != value}
    lower = sum(1 for measure, value in post.values.items() if value < had.get(measure, 0))
    stated: dict[str, Any] = {"title": post.title, "article_id": article}
    if post.platform_post_id not in clash:
        stated["platform_post_id"] = post.platform_post_id
    if post.url_key not in clash:
        stated |= {"url": post.url, "url_key": post.url_key}
    fills = {n: v for n, v in stated.items() if v is not None and (found is None or getattr(found, n) is None)}
    told = {measure.value: value for measure, value in had.items()}
    return _Step(post=post, found=found, fills=fills, news=news, had=told, lower_count=lower, article_id=article)


def _apply(
    tx: Tx,
    viewer: Viewer,
    channel: ChannelRow,
    sent: ExportFile,
    steps: Sequence[_Step],
    files: FileRoom,
    *,
    counted: Mapping[str, int],
    now: dt.datetime,
) -> FileRow:
    values = {
        "channel_id": channel.channel_id,
        "file_name": files.put(sent.content),
        "original_name": sent.name,
        "sha256": sent.sha256,
        "byte_count": len(sent.content),
        "media_type": sent.media_type,
        "totals": dict(counted),
        "added_at": now,
        "added_by": viewer.account_id,
    }
    file_id = channels_files.add(tx, values)
    readings: list[dict[str, Any]] = []
    changed: list[Change] = []
    for step in steps:
        post_id = _record_post(tx, viewer, channel, step, now=now)
        if step.moves:
            changed.append(_change(channel, step, post_id))
        readings += [{"post_id": post_id, "measure": m, "file_id": file_id, "value": v} for m, v in step.news.items()]
    channels_posts.record_readings(tx, readings)
    facts = {"file_id": file_id, "sha256": sent.sha256, **counted}
    channels.note(tx, viewer, "channel.insights", channel.channel_id, now=now, **facts)
    restate_entries(tx, viewer, changed, now=now)
    return get_file(tx, viewer, channel, file_id)


def _record_post(tx: Tx, viewer: Viewer, channel: ChannelRow, step: _Step, *, now: dt.datetime) -> int:
    """Add the post of a row, or fill in what was not known of it; what a person typed stays."""
    if step.found is None:
        entered = {"channel_id": channel.channel_id, "entered_at": now, "entered_by": viewer.account_id}
        made = channels_posts.add(tx, dict(step.fills) | entered | {"happened_on": step.post.happened_on})
        if made is None:
            raise AppError(Code.STORE_BUSY, "the posts of this page changed at the same moment")
        return made
    if step.fills and not channels_posts.change(tx, step.found.post_id, step.found.version, dict(step.fills)):
        raise AppError(Code.STORE_BUSY, "the posts of this page changed at the same moment")
    return step.found.post_id


def _change(channel: ChannelRow, step: _Step, post_id: int) -> Change:
    """Give what an export changed of one post, for the restatement of a closed period: figures, and what it carries."""
    found = step.found
    day = step.post.happened_on if found is None else found.happened_on
    title = step.post.title if found is None else found.title or step.post.title
    named: dict[str, Any] = {"post": title or step.post.key, "post_id": post_id}
    facts: dict[str, Any] = {"on": day.isoformat()}
    had = None if found is None else facts | {"article_id": found.article_id} | dict(step.had)
    carried = step.fills.get("article_id", None if found is None else found.article_id)
    has = facts | {"article_id": carried} | dict(step.had) | dict(step.news)
    return Change(
        subject=f"channel:{channel.channel_id}",
        unit_id=channel.unit_id,
        before=None if had is None else Entry(periods=[day_period(day)], facts=had, named=named),
        after=Entry(periods=[day_period(day)], facts=has, named=named),
    )


def _notes(export: Export, steps: Sequence[_Step]) -> list[Note]:
    """Say how the file was read, and what should be looked at again."""
    found = [Note(said=Said.MONTH_FIRST if export.month_first else Said.DAY_FIRST, values={})]
    if export.ambiguous:
        found.append(Note(said=Said.ORDER_GUESSED, values={}))
    if export.left_out:
        found.append(Note(said=Said.LEFT_OUT, values={"columns": ", ".join(export.left_out)}))
    counts = Counter(
        lower=sum(step.lower_count for step in steps),
        alone=sum(
            1 for step in steps if step.article_id is None and (step.found is None or step.found.article_id is None)
        ),
    )
    if counts["lower"]:
        found.append(Note(said=Said.LOWER, values={"count": counts["lower"]}))
    if counts["alone"]:
        found.append(Note(said=Said.UNMATCHED, values={"count": counts["alone"]}))
    return found
