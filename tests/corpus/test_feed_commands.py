"""Sources and fetching from the command line, as a script would use them; and the worker's round."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from lantoa import jobs, wiring
from lantoa.cli import cli, feed_options
from tests.corpus.house import entries
from tests.corpus.site import Answer, Item, Site
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import DateOrder, FeedKind
from tracker.domain.jobs import JobKind
from tracker.domain.rule_runs import RunState
from tracker.domain.sources import PAUSE_MOST_S
from tracker.domain.topic_rules import RuleWords
from tracker.services import rule_runs, topic_rules
from tracker.store import audit
from tracker.store.tables.feeds import Article, Feed
from tracker.store.tables.operations import AuditSeal, Job

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANTOA_ALLOW_PRIVATE_HOSTS", "127.0.0.1")
    monkeypatch.setenv("LANTOA_HOST_DELAY_S", "0")


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command; a refusal is an exception, as it reaches the program's one place that prints it."""
    result = CliRunner().invoke(cli, arguments)
    if isinstance(result.exception, AppError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def answer(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def lines(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]


def put_feed(site: Site, path: str = "/rss", count: int = 2) -> str:
    return site.set_feed(path, [Item(path=p, title=t) for p, t in entries(count)])


LIST_PAGE = (
    "<html><body>"
    + "".join(
        f"<div class='tin'><b><a href='/bai-viet-so-{n}-10000{n}.html'>Một tin dài của ngày thứ {n}</a></b></div>"
        for n in range(4)
    )
    + "<div class='khac'><a href='/bai-viet-khac-200001.html'>Một tin khác ở bên ngoài</a></div></body></html>"
)


def test_a_source_is_added_as_what_it_is_said_to_be_with_its_settings(site: Site, tmp_path: Path) -> None:
    page, beside = site.set_page("/muc", LIST_PAGE), site.set_page("/chuyen-muc", LIST_PAGE)
    (tmp_path / "chon.toml").write_text('row = ".tin"\nlink = "b a"\n', encoding="utf-8")
    told = ["--kind", "listing", "--selectors", "chon.toml", "--date-order", "dmy", "--pause", "30"]
    added = answer("feeds", "add", page, *told, "--keep-cookies", "--read-pages", "--compare-with", beside)
    assert (added["kind"], added["url"]) == ("listing", page)
    with wiring.open_house() as house, house.db.read() as tx:
        columns = (Feed.selectors, Feed.date_order, Feed.pause_s, Feed.keeps_cookies, Feed.reads_pages)
        row = tx.all(select(*columns, Feed.compare_url))[0]
    assert tuple(row) == ({"row": ".tin", "link": "b a"}, "dmy", 30, True, True, beside)
    assert [line["new"] for line in lines("fetch")] == [4]


def test_an_address_is_looked_at_as_what_it_is_said_to_be(site: Site, tmp_path: Path) -> None:
    page = site.set_page("/muc", LIST_PAGE)
    assert answer("feeds", "probe", page, "--kind", "listing")["entry_count"] == 5
    (tmp_path / "chon.toml").write_text('row = ".khac"\nlink = "a"\n', encoding="utf-8")
    assert answer("feeds", "probe", page, "--selectors", "chon.toml")["entry_count"] == 1


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("row = ", [], "is no TOML"),
        ("x = 1", [], "«x» is none of"),
        ("row = '>'", [], "«row»"),
        ("#" * 10_001, [], "more than 10000 bytes"),
        ("row = '.tin'", ["--kind", "sitemap"], "only a list page has them"),
        ("row = '.tin'", ["--compare-with", "ftp://a.example/"], "not allowed"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_is_added(
    site: Site, tmp_path: Path, text: str, more: list[str], words: str
) -> None:
    page = site.set_page("/muc", LIST_PAGE)
    (tmp_path / "chon.toml").write_text(text, encoding="utf-8")
    with pytest.raises(AppError, match=re.escape(words)):
        run("feeds", "add", page, "--selectors", "chon.toml", *more)
    assert answer("feeds", "list") == []


@pytest.mark.parametrize("wrong", [["--pause", "3601"], ["--pause", "x"], ["--kind", "page"], ["--date-order", "ymd"]])
def test_settings_of_another_kind_are_wrong_usage(wrong: list[str]) -> None:
    run("feeds", "add", "https://bao.example.vn/", *wrong, code=2)


def test_a_file_of_selectors_that_is_not_there_is_refused(site: Site) -> None:
    with pytest.raises(AppError) as refused:
        run("feeds", "add", site.set_page("/muc", LIST_PAGE), "--selectors", "khong-co.toml")
    assert refused.value.code is Code.FILE_UNREADABLE


def test_the_longest_pause_of_a_command_is_that_of_the_product() -> None:
    assert feed_options.PAUSE_MOST_S == PAUSE_MOST_S
    assert set(feed_options.KINDS) == set(FeedKind)
    assert set(feed_options.ORDERS) == set(DateOrder)


def test_a_source_is_added_by_its_site_fetched_and_listed(site: Site) -> None:
    feed = put_feed(site)
    added = answer("feeds", "add", site.set_page("/", "<html><a href='/rss'>RSS</a></html>"))
    assert added["url"] == feed
    assert lines("fetch") == [
        {
            "feed_id": added["id"],
            "url": feed,
            "status": "ok",
            "new": 2,
            "changed": 0,
            "seen": 0,
            "skipped": 0,
            "error": None,
        }
    ]
    assert lines("fetch") == []
    assert [line["status"] for line in lines("fetch", "--all")] == ["not_modified"]
    assert [line["status"] for line in lines("fetch", "--feed", str(added["id"]))] == ["not_modified"]
    (listed,) = answer("feeds", "list")
    assert set(listed) == {"id", "url", "title", "kind", "state", "health", "next_fetch_at", "failures", "last_error"}
    assert (listed["title"], listed["health"]) == ("Báo Mẫu", "working")


def test_what_is_printed_for_scripts_is_ascii(site: Site) -> None:
    run("feeds", "add", put_feed(site))
    assert run("feeds", "list", "--json").stdout.isascii()


def test_a_source_that_fails_is_told_in_its_line_and_in_health(site: Site) -> None:
    site.pages["/rss"] = Answer(status=500)
    run("feeds", "add", site.base + "/rss")
    (line,) = lines("fetch")
    assert (line["status"], line["error"]["code"]) == ("failed", "http")
    (health,) = answer("feeds", "health")
    assert (health["health"], health["reason"]) == ("failing", "The site answered with status 500.")
    assert health["advice"].startswith("Open the address in a browser")
    assert health["completeness"] is None
    words = run("feeds", "health").stdout
    assert "failing" in words
    assert health["advice"] in words
    assert f"Next fetch: {health['next_fetch_at']}." in words


def test_words_for_people_name_source_and_result(site: Site) -> None:
    run("feeds", "add", put_feed(site))
    assert "2 new" in run("fetch").stdout
    assert "Báo Mẫu" in run("feeds", "list").stdout


def test_an_address_without_a_feed_is_refused(site: Site) -> None:
    with pytest.raises(AppError) as refused:
        run("feeds", "add", site.set_page("/", "<html></html>"))
    assert refused.value.code is Code.FEED_ADDRESS


def test_a_probe_stores_nothing(site: Site) -> None:
    assert answer("feeds", "probe", put_feed(site))["entry_count"] == 2
    words = run("feeds", "probe", site.base + "/rss").stdout
    assert "Bài số 1" in words
    assert "Sat, 21 Nov 2026 09:00:00 +0700 -> 2026-11-21T02:00:00Z (as stated, with its zone)" in words
    assert "An article is known again: By the article number" in words
    assert answer("feeds", "list") == []
    with pytest.raises(AppError) as refused:
        run("feeds", "probe", site.base + "/none")
    assert refused.value.code is Code.FETCH_FAILED


def test_sources_go_out_and_come_in_as_opml(site: Site, tmp_path: Path) -> None:
    run("feeds", "add", put_feed(site))
    file = tmp_path / "nguồn.opml"
    file.write_bytes(run("feeds", "export").stdout_bytes.replace(b"/rss", b"/hai"))
    assert answer("feeds", "import", str(file), "--dry-run")["totals"] == {"new": 1, "same": 0, "refused": 0}
    assert "new" in run("feeds", "import", str(file)).stdout
    assert answer("feeds", "import", str(file))["totals"] == {"new": 0, "same": 1, "refused": 0}
    file.write_text('<opml><outline xmlUrl="http://10.0.0.1/"/></opml>')
    run("feeds", "import", str(file), code=1)
    with pytest.raises(AppError) as refused:
        run("feeds", "import", str(tmp_path / "none.opml"))
    assert refused.value.code is Code.FILE_UNREADABLE


def test_a_source_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(AppError) as refused:
        run("fetch", "--feed", "9")
    assert refused.value.code is Code.NOT_FOUND
    run("fetch", "--feed", "9", "--all", code=2)


def test_the_worker_fetches_what_is_due_and_does_its_standing_jobs_until_told_to_stop(site: Site) -> None:
    run("feeds", "add", put_feed(site))
    stop = threading.Event()
    site.pages["/rss"].reached = stop
    with wiring.open_house() as house:
        jobs.run_worker(house, stop)
        with house.db.read() as tx:
            assert len(tx.all(select(Article.article_id))) == 2
            kinds = {row.kind for row in tx.all(select(Job.kind))}
    assert kinds == {str(kind) for kind in (*jobs.DUTIES, JobKind.FEED_FETCH)}


def test_standing_jobs_leave_their_result_and_come_again() -> None:
    with wiring.open_house() as house:
        with house.db.write() as tx:
            audit.record(tx, at=house.clock(), actor=None, action="test", subject="x:1")
        worker = jobs.Worker(house)
        worker.enqueue()
        worker.work_off()
        with house.db.read() as tx:
            assert len(tx.all(select(AuditSeal.position))) == 1
            rows = tx.all(select(Job.kind, Job.due_at, Job.owner, Job.attempts))
    assert {row.kind for row in rows} == {str(kind) for kind in jobs.DUTIES}
    assert all(row.due_at > house.clock() and row.owner is None and row.attempts == 0 for row in rows)


def test_the_worker_applies_rules_to_older_articles_when_asked_and_puts_off_what_fails(site: Site) -> None:
    run("feeds", "add", put_feed(site))
    lines("fetch")
    viewer = wiring.console_viewer()
    with wiring.open_house() as house:
        with house.db.write() as tx:
            rule = topic_rules.create(tx, viewer, "Bài", RuleWords(any_of=("bài",)), now=house.clock())
            rule_runs.ask(tx, viewer, rule, now=house.clock())
        worker = jobs.Worker(house)
        worker.apply_rules()
        with house.db.write() as tx:
            done = rule_runs.find(tx, viewer, rule.topic_id)
            rule_runs.ask(tx, viewer, rule, now=house.clock())
            tx.execute(update(Job).where(Job.kind == JobKind.TOPICS_APPLY).values(payload={}))  # as after a bug
        worker.apply_rules()
        with house.db.read() as tx:
            row = tx.first(select(Job.failed_reason, Job.attempts, Job.due_at).where(Job.kind == JobKind.TOPICS_APPLY))
        assert row is not None
        assert (row.failed_reason, row.attempts, row.due_at > house.clock()) == ("KeyError", 1, True)
    assert done is not None
    assert (done.state, done.looked_at, done.added) == (RunState.DONE, 2, 2)


def test_a_standing_job_that_fails_is_noted_and_put_off() -> None:
    def fail(*_: object) -> int:
        raise LookupError

    duty = jobs.Duty(work=fail, every=jobs.DUTIES[JobKind.AUDIT_SEAL].every)
    with wiring.open_house() as house:
        worker = jobs.Worker(house, {JobKind.AUDIT_SEAL: duty})
        worker.enqueue()
        worker.work_off()
        with house.db.read() as tx:
            row = tx.first(select(Job.failed_reason, Job.attempts, Job.due_at, Job.owner))
        assert row is not None
        assert (row.failed_reason, row.attempts, row.owner) == ("LookupError", 1, None)
        assert row.due_at > house.clock()
