"""Figures as plain values of frozen rows and back, and the posts of units' own channels that bear them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tracker.domain.channels import ChannelFact
from tracker.domain.figures import Figure, Grade, Measure
from tracker.domain.types import ArticleId, Channel, UnitId


def figure_out(figure: Figure) -> list[Any]:
    """Give a figure as plain values."""
    bounds = [figure.value, figure.at_least, figure.at_most]
    return [figure.measure.value, figure.grade.value, *bounds, figure.as_of.isoformat()]


def figure_in(row: list[Any]) -> Figure:
    """Read a figure back."""
    measure, grade, value, least, most, as_of = row
    return Figure(
        measure=Measure(measure),
        grade=Grade(grade),
        value=value,
        as_of=dt.datetime.fromisoformat(as_of),
        at_least=least,
        at_most=most,
    )


def post_out(post: ChannelFact) -> list[Any]:
    """Give a post of a unit's own channel as plain values."""
    figures = [figure_out(figure) for figure in post.figures]
    return [post.unit_id, post.platform.value, post.on.isoformat(), post.article_id, figures]


def post_in(row: list[Any]) -> ChannelFact:
    """Read a post back."""
    unit_id, platform, on, article_id, figures = row
    return ChannelFact(
        unit_id=UnitId(unit_id),
        platform=Channel(platform),
        on=dt.date.fromisoformat(on),
        article_id=None if article_id is None else ArticleId(article_id),
        figures=tuple(figure_in(figure) for figure in figures),
    )
