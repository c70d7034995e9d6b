"""Whether what was shared comes from an official source: by the class of the outlet its host belonged to that day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make
from tracker.domain.catalogue import Catalogue, CatalogueEntry, OutletClass
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Channel
from tracker.services import catalogue

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse

LAST = dt.date(2026, 11, 10)


def enter(house: ClaimsHouse, outlet_class: OutletClass, *, then: OutletClass | None = None) -> None:
    """Put an outlet in, ended and replaced by one of another class where one is named."""
    entry = CatalogueEntry(
        key="a",
        name="Trang mẫu",
        outlet_class=outlet_class,
        hosts=("trang.example",),
        valid_to=LAST if then else None,
        successor="b" if then else None,
    )
    after = CatalogueEntry(key="b", name="Trang sau", outlet_class=then or OutletClass.OWN, hosts=("sau.example",))
    offered = Catalogue(entries={"a": entry, "b": after})
    with house.db.write() as tx:
        catalogue.install(tx, house.admin, offered, "a", None, now=house.now, zone=house.zone)


def is_flagged(house: ClaimsHouse, url: str, *, on: dt.date | None = None) -> bool:
    draft = ClaimDraft(kind=ClaimKind.SHARE, article_url=url, channel=Channel.ZALO, happened_on=on, witness="Chi bộ")
    shown = house.show(house.officer, house.file(house.as_an, draft))
    return "source.unlisted" in [check.code.value for check in shown.checks]


def test_a_source_that_nobody_knows_is_flagged(house: ClaimsHouse) -> None:
    assert is_flagged(house, "https://la.example/bai-1.html")


@pytest.mark.parametrize("outlet_class", [c for c in OutletClass if c is not OutletClass.OTHER])
def test_an_outlet_of_an_allowed_class_is_not_flagged_nor_are_its_subdomains(
    house: ClaimsHouse, outlet_class: OutletClass
) -> None:
    enter(house, outlet_class)
    assert not is_flagged(house, "https://www.trang.example/bai-1.html")
    assert not is_flagged(house, "https://tin.trang.example/bai-2.html")
    assert is_flagged(house, "https://nottrang.example/bai-3.html")


def test_an_outlet_of_no_allowed_class_is_flagged_even_when_it_is_collected(house: ClaimsHouse) -> None:
    enter(house, OutletClass.OTHER)
    with house.db.write() as tx:
        make.feed(tx, "https://trang.example/rss")
    assert is_flagged(house, "https://trang.example/bai-1.html")


def test_the_class_is_that_of_the_outlet_of_the_day(house: ClaimsHouse) -> None:
    enter(house, OutletClass.CENTRAL, then=OutletClass.OTHER)
    assert not is_flagged(house, "https://trang.example/bai-1.html", on=LAST)
    assert is_flagged(house, "https://trang.example/bai-2.html", on=LAST + dt.timedelta(days=1))


def test_a_source_that_is_collected_without_an_outlet_is_not_flagged(house: ClaimsHouse) -> None:
    assert not is_flagged(house, "https://nhandan.vn/bai-khac-post9.html")
