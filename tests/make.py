"""Sample rows for tests, put straight into the tables: what a test stands on, not what it tests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from tracker.domain.articles import search_texts
from tracker.domain.feeds import ArticleDraft, DateQuality
from tracker.domain.names import fold, name_sort_key
from tracker.domain.notices import CURRENT
from tracker.domain.types import AccountId, ArticleId, FeedId, MemberId, Role, UnitId, Viewer
from tracker.store.erasure import NO_PASSWORD
from tracker.store.tables.accounts import Account, Consent
from tracker.store.tables.feeds import Article, ArticleAddress, Feed
from tracker.store.tables.organisation import Member, Membership, Unit, UnitAncestry, UnitVersion

if TYPE_CHECKING:
    from tracker.store.db import Tx

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)  # 10:00 in Hà Nội
TODAY = dt.date(2026, 11, 22)
LONG_AGO = dt.date(2020, 1, 1)


def unit(tx: Tx, code: str, name: str = "", *, above: tuple[UnitId, ...] = (), since: dt.date = LONG_AGO) -> UnitId:
    """Put in a unit; `above` lists its ancestors, parent first."""
    unit_id = tx.scalar(insert(Unit).values(code=code, created_at=NOW).returning(Unit.unit_id))
    words = name or f"Chi bộ {code}"
    version = {
        "unit_id": unit_id,
        "valid_from": since,
        "name": words,
        "name_folded": fold(words),
        "name_sort": fold(words),
        "kind": "chi bộ",
        "parent_id": above[0] if above else None,
    }
    tx.execute(insert(UnitVersion), version)
    rows = [
        {"unit_id": unit_id, "ancestor_id": a, "depth": d, "valid_from": since} for d, a in enumerate((unit_id, *above))
    ]
    tx.execute(insert(UnitAncestry), rows)
    return UnitId(unit_id)


def member(
    tx: Tx,
    unit_id: UnitId,
    code: str,
    name: str = "Nguyễn Văn An",
    *,
    since: dt.date = LONG_AGO,
    status: str = "official",
) -> MemberId:
    """Put in a member standing in a unit."""
    row = {
        "code": code,
        "full_name": name,
        "name_folded": fold(name),
        "name_sort": name_sort_key(name),
        "kind": "party",
        "created_at": NOW,
    }
    member_id = tx.scalar(insert(Member).values(row).returning(Member.member_id))
    tx.execute(
        insert(Membership),
        {"member_id": member_id, "unit_id": unit_id, "since": since, "status": status, "temporary": False},
    )
    return MemberId(member_id)


def account(
    tx: Tx,
    login: str,
    role: Role,
    *,
    member_id: MemberId | None = None,
    unit_id: UnitId | None = None,
    password_hash: str = NO_PASSWORD,
) -> Viewer:
    """Put in an account, as an import does without a password, and give it as a viewer."""
    row = {
        "login": login,
        "login_key": login,
        "password_hash": password_hash,
        "role": str(role),
        "member_id": member_id,
        "unit_id": unit_id,
        "created_at": NOW,
    }
    account_id = tx.scalar(insert(Account).values(row).returning(Account.account_id))
    return Viewer(account_id=AccountId(account_id), role=role, member_id=member_id, unit_id=unit_id)


HASH = "hash of a password that nobody knows"
REQUIRED = [notice for notice in CURRENT if notice.required]


def consents(tx: Tx, member_id: MemberId, *, entered_by: int = 1) -> None:
    """Put in the two required consents of a member, to the current notices."""
    for notice in REQUIRED:
        row = {
            "member_id": member_id,
            "kind": notice.kind,
            "number": 1,
            "version": notice.version,
            "given_at": NOW,
            "given_on": TODAY,
            "on_paper": False,
            "entered_by": entered_by,
        }
        tx.execute(insert(Consent), row)


def feed(tx: Tx, url: str = "https://nhandan.vn/rss/home.rss") -> FeedId:
    """Put in an active feed that is due."""
    row = {
        "url": url,
        "url_key": url,
        "host_key": "nhandan.vn:443",
        "title": "Nhân Dân",
        "kind": "feed",
        "state": "active",
        "date_order": "auto",
        "health": "working",
        "next_fetch_at": NOW,
        "interval_s": 900,
        "created_at": NOW,
    }
    return FeedId(tx.scalar(insert(Feed).values(row).returning(Feed.feed_id)))


def article(tx: Tx, number: int = 1, title: str = "Bài viết mẫu", *, published_at: dt.datetime = NOW) -> ArticleId:
    """Put in an article of a source."""
    url = f"https://nhandan.vn/bai-{number}-post{100000 + number}.html"
    texts = search_texts(title, "Tóm tắt", (), "Nhân Dân")
    row = {
        "url": url,
        "url_key": url,
        "host": "nhandan.vn",
        "source": "Nhân Dân",
        "title": title,
        "summary": "Tóm tắt",
        "authors": [],
        "published_at": published_at,
        "published_raw": "",
        "date_quality": "exact",
        "first_seen_at": published_at,
        "content_hash": "0",
        "search_text": texts.printed,
        "search_folded": texts.folded,
    }
    article_id = tx.scalar(insert(Article).values(row).returning(Article.article_id))
    tx.execute(insert(ArticleAddress), {"url_key": url, "url": url, "article_id": article_id})
    return ArticleId(article_id)


def draft(**changes: Any) -> ArticleDraft:
    """Give an entry of a feed as the crawler hands it over, dated to the minute; `changes` name what is other."""
    given: dict[str, Any] = {
        "url": "https://bao.example/bai-1.html",
        "url_key": "bao.example/bai-1.html",
        "title": "Bài viết mẫu",
        "summary": "",
        "authors": (),
        "published_at": NOW,
        "date_quality": DateQuality.EXACT,
        "published_raw": "",
        "image_url": None,
        "categories": (),
        "guid": None,
        "content_hash": "1",
    }
    return ArticleDraft(**(given | changes))
