"""Single posts of channels as stored, with what a page's own exports say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update

from tracker.domain.channels import ChannelTotals, PostReading
from tracker.domain.figures import Measure
from tracker.store import register_rows
from tracker.store.bulk import insertion
from tracker.store.scope import unit_asked
from tracker.store.tables.feeds import Article
from tracker.store.tables.programmes import Programme
from tracker.store.tables.registers import ChannelFile, ChannelPost, ChannelReading, UnitChannel

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tracker.domain.periods import Period
    from tracker.domain.rights import Scope
    from tracker.domain.types import ArticleId, ProgrammeId, UnitId
    from tracker.store.db import Tx

AT_ONCE = 5_000  # keys in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post of a channel."""

    post_id: int
    channel_id: int
    unit_id: UnitId
    channel_name: str
    platform: str
    happened_on: dt.date
    url: str | None
    url_key: str | None
    platform_post_id: str | None
    title: str | None
    article_id: ArticleId | None
    article_title: str | None
    programme_id: ProgrammeId | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFilter:
    """Which posts of a scope are asked for."""

    channel_id: int | None = None
    unit_id: int | None = None
    programme_id: int | None = None
    period: Period | None = None


_OWN = (
    *(ChannelPost.post_id, ChannelPost.channel_id, UnitChannel.unit_id, UnitChannel.name.label("channel_name")),
    *(UnitChannel.platform, ChannelPost.happened_on, ChannelPost.url, ChannelPost.url_key, ChannelPost.title),
    *(ChannelPost.platform_post_id, ChannelPost.article_id, Article.title.label("article_title")),
    *(ChannelPost.programme_id, ChannelPost.version),
)


def add(tx: Tx, values: dict[str, Any]) -> int | None:
    """Add a post; None where its channel has it already."""
    statement = tx.insert(ChannelPost).values(values).on_conflict_do_nothing().returning(ChannelPost.post_id)
    made: int | None = tx.scalar(statement)
    return made


def add_all(tx: Tx, rows: Sequence[dict[str, Any]]) -> list[int] | None:
    """Add posts that state the same columns; give their ids, or None where a channel has one of them already."""
    made: list[int] = []
    ordered = sorted(rows, key=lambda row: (row["channel_id"], row["url_key"] or ""))  # two writers do not cross
    for part in _parts(ordered):
        insert, values = insertion(tx, ChannelPost, part)
        made += tx.scalars(insert.on_conflict_do_nothing().returning(ChannelPost.post_id), values)
    return sorted(made) if len(made) == len(rows) else None


def change_held(tx: Tx, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Change posts that are held, by id; they state the same columns."""
    if not rows:
        return
    names = next(iter(rows.values()))
    told: Any = ChannelPost.__table__
    at = update(told).where(told.c.post_id == bindparam("held_id"))
    changed = at.values(version=told.c.version + 1, **{name: bindparam(f"new_{name}") for name in names})
    tx.execute(
        changed,
        [{"held_id": i} | {f"new_{name}": value for name, value in row.items()} for i, row in sorted(rows.items())],
    )


def remove_held(tx: Tx, post_ids: Collection[int]) -> None:
    """Remove posts that are held."""
    for part in _parts(sorted(post_ids)):
        tx.execute(delete(ChannelPost).where(ChannelPost.post_id.in_(part)))


def find(tx: Tx, channel_id: int, post_id: int) -> PostRow | None:
    """Find a post of a channel."""
    row = tx.first(_query().where(ChannelPost.post_id == post_id, ChannelPost.channel_id == channel_id))
    return None if row is None else PostRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def list_page(
    tx: Tx, scope: Scope, asked: PostFilter, *, after: tuple[dt.date, int] | None, limit: int
) -> list[PostRow]:
    """List posts, the latest first."""
    query = _query().where(*_asked(scope, asked))
    if after is not None:
        day, post_id = after
        earlier = and_(ChannelPost.happened_on == day, ChannelPost.post_id < post_id)
        query = query.where(or_(ChannelPost.happened_on < day, earlier))
    ordered = query.order_by(ChannelPost.happened_on.desc(), ChannelPost.post_id.desc())
    return [PostRow(**row._mapping) for row in tx.all(ordered.limit(limit))]  # noqa: SLF001 - the same


def tally(tx: Tx, scope: Scope, asked: PostFilter) -> ChannelTotals:
    """Count all posts that are asked for, and the channels they stand on."""
    posts, channels = func.count(), func.count(ChannelPost.channel_id.distinct())
    joined = select(posts.label("posts"), channels.label("channels")).select_from(ChannelPost)
    query = joined.join(UnitChannel, UnitChannel.channel_id == ChannelPost.channel_id).where(*_asked(scope, asked))
    row: Any = tx.first(query)
    return ChannelTotals(posts=row.posts, channels=row.channels)


def change(tx: Tx, post_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change a post; False when someone else changed it meanwhile."""
    return register_rows.change(tx, ChannelPost.post_id, post_id, version, values)


def remove(tx: Tx, post_id: int, version: int) -> bool:
    """Remove a post with what is known of it; False when someone else changed it meanwhile."""
    return register_rows.remove(tx, ChannelPost.post_id, post_id, version)


def has_article(tx: Tx, article_id: int) -> bool:
    """Tell whether there is an article."""
    return tx.first(select(Article.article_id).where(Article.article_id == article_id)) is not None


def list_named(tx: Tx, channel_id: int, url_keys: Collection[str], platform_ids: Collection[str]) -> list[PostRow]:
    """List the posts of a channel that have one of these addresses or numbers."""
    found: dict[int, PostRow] = {}
    for column, names in ((ChannelPost.url_key, url_keys), (ChannelPost.platform_post_id, platform_ids)):
        for part in _parts(sorted(names)):
            rows = tx.all(_query().where(ChannelPost.channel_id == channel_id, column.in_(part)))
            found |= {row.post_id: PostRow(**row._mapping) for row in rows}  # noqa: SLF001 - the same
    return list(found.values())


def list_of_days(
    tx: Tx, channel_ids: Collection[int], url_keys: Collection[str], days: Collection[dt.date]
) -> list[PostRow]:
    """List the posts of channels that have one of these addresses, and those of some days that have none."""
    found: dict[int, PostRow] = {}
    unnamed = and_(ChannelPost.url_key.is_(None), ChannelPost.happened_on.in_(sorted(days)))
    wanted = [ChannelPost.url_key.in_(part) for part in _parts(sorted(url_keys))] + [unnamed]
    for channels in _parts(sorted(channel_ids)):
        for condition in wanted:
            rows = tx.all(_query().where(ChannelPost.channel_id.in_(channels), condition))
            found |= {row.post_id: PostRow(**row._mapping) for row in rows}  # noqa: SLF001 - the same
    return list(found.values())


def hold_named(tx: Tx, channel_ids: Collection[int], programme_ids: Collection[int]) -> bool:
    """Keep what posts are about to name from being removed until the transaction ends; False where some is gone."""
    wanted = ((UnitChannel.channel_id, set(channel_ids)), (Programme.programme_id, set(programme_ids)))
    parts = [(key, part) for key, ids in wanted for part in _parts(sorted(ids))]
    return all(register_rows.hold(tx, key, part) == len(part) for key, part in parts)


def hold(tx: Tx, post_ids: Collection[int]) -> dict[int, PostRow]:
    """Get posts that nobody else changes until the transaction ends."""
    found: dict[int, PostRow] = {}
    for part in _parts(sorted(post_ids)):
        held = select(ChannelPost.post_id).where(ChannelPost.post_id.in_(part)).order_by(ChannelPost.post_id)
        tx.scalars(held.with_for_update())  # in one order, so that two who hold posts do not cross
        rows = tx.all(_query().where(ChannelPost.post_id.in_(part)))
        found |= {row.post_id: PostRow(**row._mapping) for row in rows}  # noqa: SLF001 - the same
    return found


def list_readings(tx: Tx, post_ids: Collection[int]) -> dict[int, list[PostReading]]:
    """List what the latest files say of posts, by post."""
    found: dict[int, list[PostReading]] = {}
    for part in _parts(sorted(post_ids)):
        for row in tx.all(latest_readings().where(ChannelReading.post_id.in_(part))):
            reading = PostReading(
                measure=Measure(row.measure), value=row.value, as_of=row.added_at, file_id=row.file_id
            )
            found.setdefault(row.post_id, []).append(reading)
    order = list(Measure)
    return {post_id: sorted(told, key=lambda r: order.index(r.measure)) for post_id, told in found.items()}


def record_readings(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what a file says of posts."""
    tx.insert_rows(ChannelReading, rows)


def latest_readings() -> Any:
    """Select the figures of posts as the latest file states each."""
    later = ChannelReading.__table__.alias("later")
    newest = (
        select(func.max(later.c.file_id))
        .where(later.c.post_id == ChannelReading.post_id, later.c.measure == ChannelReading.measure)
        .scalar_subquery()
    )
    columns = (ChannelReading.post_id, ChannelReading.measure, ChannelReading.value, ChannelReading.file_id)
    joined = select(*columns, ChannelFile.added_at).join(ChannelFile, ChannelFile.file_id == ChannelReading.file_id)
    return joined.where(ChannelReading.file_id == newest)


def _query() -> Any:
    joined = select(*_OWN).join(UnitChannel, UnitChannel.channel_id == ChannelPost.channel_id)
    return joined.outerjoin(Article, Article.article_id == ChannelPost.article_id)


def _asked(scope: Scope, asked: PostFilter) -> list[ColumnElement[bool]]:
    wanted = [unit_asked(UnitChannel.unit_id, asked.unit_id, scope)]
    if asked.channel_id is not None:
        wanted.append(ChannelPost.channel_id == asked.channel_id)
    if asked.programme_id is not None:
        wanted.append(ChannelPost.programme_id == asked.programme_id)
    if asked.period is not None:
        start_on, end_on = asked.period.start_on, asked.period.end_on
        wanted.append(and_(ChannelPost.happened_on >= start_on, ChannelPost.happened_on < end_on))
    return wanted


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
