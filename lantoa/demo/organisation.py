"""Fills an empty installation with the sample cell, through the same services people use."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lantoa import wiring
from lantoa.demo import activity, obligations, people
from lantoa.demo.site import ARCHIVE_PATH, NAME
from tracker.domain.articles import ArticleFilter
from tracker.domain.claims import ClaimKind, Verdict
from tracker.domain.clicks import ClickVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FeedKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.notices import CURRENT
from tracker.domain.periods import local_date
from tracker.domain.sources import NewFeed
from tracker.domain.types import ArticleId, ClaimId, MemberId, Role, UnitId, Viewer
from tracker.services import (
    accounts,
    articles,
    consents,
    feeds,
    filing,
    links,
    members,
    passwords,
    reviews,
    sessions,
    units,
)
from tracker.store import clicks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lantoa.demo.activity import Act
    from lantoa.demo.people import Person
    from lantoa.wiring import House
    from tracker.store.db import Tx

SHARED_AT = dt.time(19, 40)
REVIEWED_AFTER = dt.timedelta(days=2)


class Sample:
    """The sample being filled: the house, the day it is, and who is who."""

    def __init__(self, house: House, site: str) -> None:
        self.house = house
        self.site = site
        self.today = house.today()
        self.admin = wiring.console_viewer()
        self.viewers: list[Viewer] = []
        self.unit_id = UnitId(0)
        self.stories: list[tuple[dt.date, ArticleId]] = []  # by local day, oldest first

    def at(self, day: dt.date, time: dt.time = SHARED_AT) -> dt.datetime:
        """Give an instant of a local day; never later than now."""
        return min(dt.datetime.combine(day, time, self.house.zone).astimezone(dt.UTC), self.house.clock())


def fill(house: House, site: str) -> None:
    """Fill an empty installation: units, people, a source with a year of stories, and what was made of them."""
    sample = Sample(house, site)
    first_year, first_month0 = activity.months_up_to(sample.today)[0]
    begins = dt.date(first_year, first_month0 + 1, 1)
    with house.db.write() as tx:
        _organisation(tx, sample, begins)
        writers = obligations.lay_down(tx, sample, begins)
        feed = feeds.add(
            tx, sample.admin, NewFeed(url=site + ARCHIVE_PATH, kind=FeedKind.FEED, title=NAME), now=house.clock()
        )
    fetched = house.crawler.fetch_feed(feed.feed_id)
    if fetched.problem is not None:
        raise AppError(Code.FETCH_FAILED, f"{fetched.url}: {fetched.problem.message}")
    sample.stories = _stories(house, sample)
    for year, month0 in activity.months_up_to(sample.today):
        with house.db.write() as tx:
            _month(tx, sample, list(activity.acts_of_month(year, month0, sample.today)))
    with house.db.write() as tx:
        obligations.choose_writers(tx, sample, writers, begins)


def _organisation(tx: Tx, sample: Sample, begins: dt.date) -> None:
    now, since = sample.at(begins, dt.time(8)), dt.date(begins.year - 1, 1, 1)
    made: list[units.UnitCard] = []
    for code, name, kind in (people.COMMITTEE, people.CELL):
        parent = made[-1].unit_id if made else None
        new = units.NewUnit(code=code, name=name, kind=kind, parent_id=parent, valid_from=since)
        made.append(units.create(tx, sample.admin, new, now=now, today=sample.today))
    sample.unit_id = UnitId(made[-1].unit_id)
    password_hash = passwords.make_hash(people.PASSWORD)
    for person in people.PEOPLE:
        sample.viewers.append(_person(tx, sample, person, password_hash, since, now))
    for login, role, unit in (("quantri", Role.ADMIN, None), ("kiemtra", Role.AUDITOR, UnitId(made[0].unit_id))):
        new_account = accounts.NewAccount(login=login, password_hash=password_hash, role=role, unit_id=unit)
        accounts.create(tx, sample.admin, new_account, now=now)


def _person(tx: Tx, sample: Sample, person: Person, password_hash: str, since: dt.date, now: dt.datetime) -> Viewer:
    new = members.NewMember(
        code=person.code, full_name=person.full_name, unit_id=sample.unit_id, since=since, party_role=person.party_role
    )
    member_id = MemberId(members.create(tx, sample.admin, new, now=now, today=sample.today).row.member_id)
    account = accounts.NewAccount(
        login=person.login,
        password_hash=password_hash,
        role=person.role,
        member_id=member_id,
        unit_id=sample.unit_id if person.role is Role.OFFICER else None,
    )
    viewer = sessions.viewer_of(accounts.create(tx, sample.admin, account, now=now))
    for notice in CURRENT:
        consents.give(tx, viewer, kind=notice.kind, version=notice.version, now=now, today=now.date())
    return viewer


def _month(tx: Tx, sample: Sample, acts: Sequence[Act]) -> None:
    """Share, claim, review and count what was done in one month, in the order of its days."""
    for act in sorted(acts, key=lambda a: (a.day, a.person)):
        viewer, now = sample.viewers[act.person], sample.at(act.day)
        article_id = _story_before(sample, act)
        link = links.get_link(
            tx, viewer, article_id, act.channel, secret=sample.house.secret, now=now, today=act.day
        ).link
        draft = ClaimDraft(kind=ClaimKind.SHARE, article_id=article_id, channel=act.channel, happened_on=act.day)
        owner = filing.get_owner(tx, viewer, None, today=act.day)
        filed = filing.submit(tx, viewer, owner, draft, now=now, zone=sample.house.zone)
        _review(tx, sample, act, filed.claim_id)
        if act.click_count and act.day < sample.today:
            counted = clicks.ClickCount(
                slug=link.slug,
                member_id=link.member_id,
                article_id=link.article_id,
                channel=str(link.channel),
                day=act.day,
                verdict=str(ClickVerdict.COUNTED),
                method="mẫu",
                valid=True,
                request_count=act.click_count,
                person_day_count=act.click_count - act.click_count // 4,
            )
            clicks.record(tx, [counted])


def _stories(house: House, sample: Sample) -> list[tuple[dt.date, ArticleId]]:
    found: list[tuple[dt.date, ArticleId]] = []
    after = None
    with house.db.read() as tx:
        while True:
            page = articles.list_page(tx, sample.admin, ArticleFilter(), after=after, limit=200, today=sample.today)
            found += [(local_date(a.published_at, house.zone), a.article_id) for a in page.items]
            after = page.next
            if after is None:
                return sorted(found)


def _story_before(sample: Sample, act: Act) -> ArticleId:
    """Choose one of the newest stories of a day; members do not all take the same one."""
    known = [article_id for day, article_id in sample.stories if day <= act.day]
    return known[-1 - (act.person + act.day.day) % min(8, len(known))]


def _review(tx: Tx, sample: Sample, act: Act, claim_id: ClaimId) -> None:
    """Accept what is older than a few days; the officer's own claims go to the other officer."""
    if act.day > sample.today - dt.timedelta(days=activity.PENDING_DAYS):
        return
    reviewer = sample.viewers[1 if act.person == 0 else 0]
    topic = people.TOPICS[2 + act.person % 2]
    decision = reviews.Decision(verdict=Verdict.ACCEPT, topics=(topic,))
    reviews.decide(tx, reviewer, claim_id, decision, now=sample.at(act.day + REVIEWED_AFTER), zone=sample.house.zone)
