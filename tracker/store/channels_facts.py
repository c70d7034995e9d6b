"""Posts of units' own channels as rows for the reckoning: with the figures that the latest exports state of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.domain.channels import ChannelFact, PostReading
from tracker.domain.figures import Measure
from tracker.domain.types import ArticleId, Channel, UnitId
from tracker.store.channels_posts import latest_readings
from tracker.store.standings import units_of
from tracker.store.tables.registers import ChannelPost, UnitChannel

if TYPE_CHECKING:
    from tracker.domain.figures import Figure
    from tracker.store.db import Tx
    from tracker.store.standings import Territory


def list_posts(tx: Tx, territory: Territory) -> list[ChannelFact]:
    """List the posts with figures on channels of the territory's units in its days; of one member alone, none."""
    if territory.member_id is not None:
        return []
    wanted = [ChannelPost.happened_on >= territory.start_on, ChannelPost.happened_on < territory.end_on]
    if territory.unit_id is not None:
        wanted.append(UnitChannel.unit_id.in_(units_of(territory)))
    columns = (ChannelPost.post_id, UnitChannel.unit_id, UnitChannel.platform)
    query = select(*columns, ChannelPost.happened_on, ChannelPost.article_id).where(*wanted)
    joined = query.join(UnitChannel, UnitChannel.channel_id == ChannelPost.channel_id)
    posts = tx.all(joined.order_by(ChannelPost.happened_on, ChannelPost.post_id))
    figures = _list_figures(tx, wanted) if posts else {}
    return [_fact(row, figures[row.post_id]) for row in posts if row.post_id in figures]


def _list_figures(tx: Tx, wanted: list[Any]) -> dict[int, list[Figure]]:
    told = latest_readings().join(ChannelPost).join(UnitChannel, UnitChannel.channel_id == ChannelPost.channel_id)
    order = list(Measure)
    found: dict[int, list[Figure]] = defaultdict(list)
    for row in sorted(tx.all(told.where(*wanted)), key=lambda r: order.index(Measure(r.measure))):
        reading = PostReading(measure=Measure(row.measure), value=row.value, as_of=row.added_at, file_id=row.file_id)
        found[row.post_id].append(reading.figure())
    return found


def _fact(row: Any, figures: list[Figure]) -> ChannelFact:
    return ChannelFact(
        unit_id=UnitId(row.unit_id),
        platform=Channel(row.platform),
        on=row.happened_on,
        article_id=None if row.article_id is None else ArticleId(row.article_id),
        figures=tuple(figures),
    )
