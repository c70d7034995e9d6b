"""A page's own exports as scripts send them: posts, verified figures, the file as evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import event

from tests.api.cell import made_of
from tests.api.channels_house import HEAD, House, got, house, sandbox, send
from tracker.services import evidence

__all__ = ["house", "sandbox"]


def test_an_export_gives_verified_figures_with_the_file_as_evidence(house: House) -> None:
    channel = house.channel()
    url = got(house.officer, f"/articles/{house.article}")["url"]
    text = (
        f'{HEAD}\n1,https://www.facebook.com/khoi/posts/1,05/20/2024 08:30,Tin một,Đọc {url}?fbclid=x,"1,200",10,2,3\n'
        "2,https://www.facebook.com/khoi/posts/2,05/21/2024 09:00,Tin hai,,300,1,,1\n"
        "3,,không,Tin ba,,1,1,1,1\n"
    )
    look = send(house.officer, channel, text, dry_run="true")
    assert (look.status_code, look.json()["applied"]) == (200, False)
    assert got(house.officer, f"/channels/{channel}/posts")["totals"]["posts"] == 0
    assert not house.files.exists()
    answer = send(house.officer, channel, text)
    told = answer.json()
    assert (answer.status_code, told["totals"]) == (201, {"new": 2, "changed": 0, "same": 0, "refused": 1})
    assert (told["rows"], told["notes"]) == (look.json()["rows"], look.json()["notes"])
    assert [(r["row"], r["status"], r["key"]) for r in told["rows"]] == [
        (2, "new", "1"),
        (3, "new", "2"),
        (4, "refused", "3"),
    ]
    assert told["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    posts = got(house.officer, f"/channels/{channel}/posts?period=2024-05")["items"]
    assert [p["article_id"] for p in posts] == [None, house.article]
    figures = {f["measure"]: (f["grade"], f["value"], f["file_id"]) for f in posts[1]["figures"]}
    assert figures == {"reach": ("B", 1200, told["id"]), "engagements": ("B", 15, told["id"])}
    assert [f["measure"] for f in posts[0]["figures"]] == ["reach"]
    (kept,) = got(house.auditor, f"/channels/{channel}/insights")["items"]
    assert (kept["id"], kept["sha256"], kept["file_name"]) == (told["id"], told["sha256"], "xuat.csv")
    back = house.auditor.get(f"/channels/{channel}/insights/{told['id']}")
    assert (back.content, back.headers["content-type"]) == (text.encode(), "text/csv; charset=utf-8")
    assert back.headers["content-disposition"].startswith("attachment")
    assert house.stranger.get(f"/channels/{channel}/insights/{told['id']}").status_code == 404
    room = house.api.app.state.deps.files
    assert evidence.sweep(house.api.db, room, now=house.api.clock.now + dt.timedelta(days=400)) == 0


def test_the_same_file_twice_changes_nothing_and_a_later_one_only_what_is_new(house: House) -> None:
    channel = house.channel()
    link = "https://www.facebook.com/khoi/posts"
    text = f"{HEAD}\n1,{link}/1,2024-05-20,Tin,,100,1,1,1\n2,{link}/2,2024-05-21,Tin,,50,1,1,1\n"
    first = send(house.officer, channel, text).json()
    before = got(house.officer, f"/channels/{channel}/posts")
    again = send(house.officer, channel, text)
    assert (again.status_code, again.json()["id"], again.json()["applied"]) == (200, first["id"], False)
    assert again.json()["totals"] == {"new": 0, "changed": 0, "same": 2, "refused": 0}
    assert got(house.officer, f"/channels/{channel}/posts") == before
    lines = text.replace(",100,", ",90,") + f"3,{link}/3,2024-05-22,,,7,,,\n"
    told = send(house.officer, channel, lines).json()
    assert told["totals"] == {"new": 1, "changed": 1, "same": 1, "refused": 0}
    assert any("1 số liệu thấp hơn" in note for note in told["notes"])
    posts = got(house.officer, f"/channels/{channel}/posts")["items"]
    assert [p["figures"][0]["value"] for p in posts] == [7, 50, 90]
    assert [f["id"] for f in got(house.officer, f"/channels/{channel}/insights")["items"]] == [told["id"], first["id"]]


def test_a_row_finds_the_post_that_was_typed_by_hand_and_leaves_what_was_typed(house: House) -> None:
    channel = house.channel()
    body = {"happened_on": "2024-05-19", "url": "https://facebook.com/khoi/posts/1?ref=x", "title": "Tên gõ tay"}
    typed = made_of(house.officer.post(f"/channels/{channel}/posts", json=body))
    text = f"{HEAD}\n1,https://www.facebook.com/khoi/posts/1,2024-05-20,Tên khác,,100,1,1,1\n"
    assert send(house.officer, channel, text).json()["totals"]["changed"] == 1
    (post,) = got(house.officer, f"/channels/{channel}/posts")["items"]
    assert (post["id"], post["title"], post["happened_on"]) == (typed["id"], "Tên gõ tay", "2024-05-19")
    assert post["figures"][0]["value"] == 100


def test_two_rows_that_name_one_post_by_its_number_and_by_its_address_are_one(house: House) -> None:
    channel, link = house.channel(), "https://www.facebook.com/khoi/posts/1"
    assert send(house.officer, channel, f"{HEAD}\n1,{link},2024-05-20,Tin,,100,1,1,1\n").status_code == 201
    parted = f"{HEAD}\n1,,2024-05-20,Tin,,110,1,1,1\n,{link},2024-05-20,Tin,,120,1,1,1\n"
    told = send(house.officer, channel, parted).json()
    assert told["totals"] == {"new": 0, "changed": 1, "same": 0, "refused": 1}
    (post,) = got(house.officer, f"/channels/{channel}/posts")["items"]
    assert post["figures"][0]["value"] == 110


def test_an_export_in_excel_with_vietnamese_headings_is_read_in_the_sandbox(house: House) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Thống kê trang"])
    sheet.append(["Mã bài viết", "Liên kết cố định", "Thời gian đăng", "Số người tiếp cận", "Lượt tương tác"])
    sheet.append(["122100", "https://www.facebook.com/khoi/posts/9", dt.datetime(2024, 5, 20, 8, 0), 2261, 15])  # noqa: DTZ001 - as a cell holds it
    sheet.append(["Tổng", None, None, 2261, 15])
    out = io.BytesIO()
    book.save(out)
    channel = house.channel()
    told = send(house.officer, channel, out.getvalue())
    assert (told.status_code, told.json()["totals"]["new"]) == (201, 1)
    (post,) = got(house.officer, f"/channels/{channel}/posts")["items"]
    assert [(f["measure"], f["value"]) for f in post["figures"]] == [("reach", 2261), ("engagements", 15)]
    back = house.officer.get(f"/channels/{channel}/insights/{told.json()['id']}")
    assert back.headers["content-disposition"].endswith('.xlsx"')


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"a,b\n1,2\n", 422, "import.columns"),
        (b"PK\x03\x04broken", 422, "import.unreadable"),
        (b"\xd0\xcf\x11\xe0old", 422, "import.unreadable"),
        (b"", 422, "import.columns"),
        (f"{HEAD}\nMẬT\n".encode(), 422, "evidence.secret"),
    ],
)
def test_a_file_that_is_no_export_is_refused_whole(house: House, content: bytes, status: int, code: str) -> None:
    channel = house.channel()
    answer = send(house.officer, channel, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert got(house.officer, f"/channels/{channel}/insights")["items"] == []
    assert house.officer.post(f"/channels/{channel}/insights", files={"x": ("a", b"a")}).status_code == 422


def test_a_list_of_posts_costs_the_same_statements_whatever_its_length(house: House) -> None:
    channel = house.channel()
    lines = [f"{n},https://www.facebook.com/khoi/posts/{n},2024-05-20,T,,{n},1,1,1" for n in range(1, 41)]
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    def cost() -> int:
        sent.clear()
        got(house.officer, f"/channels/{channel}/posts")
        return len(sent)

    event.listen(house.api.db.engine, "before_cursor_execute", note)
    send(house.officer, channel, "\n".join([HEAD, *lines[:2]]))
    few = cost()
    send(house.officer, channel, "\n".join([HEAD, *lines]))
    assert cost() == few
    event.remove(house.api.db.engine, "before_cursor_execute", note)


def test_verified_figures_of_posts_stand_in_reach_and_stay_as_they_were_when_a_period_closed(house: House) -> None:
    channel = house.channel()
    url = got(house.officer, f"/articles/{house.article}")["url"]
    made_of(
        house.officer.post(f"/channels/{channel}/months", json={"month": "2024-05", "posts": 9, "engagements": 900})
    )
    text = f"{HEAD}\n1,https://www.facebook.com/khoi/posts/1,2024-05-20,Tin,{url},100,1,1,1\n"
    send(house.officer, channel, text + "2,https://www.facebook.com/khoi/posts/2,2024-05-21,Tin,,50,2,2,2\n")
    keys = {"article": house.article, "unit": house.branch, "channel": "facebook", "day": "2024-05-20"}
    for by, key in keys.items():
        items = {i["id"]: i["figures"] for i in got(house.above, f"/reach?period=2024-05&by={by}")["items"]}
        assert {f["grade"] for f in items[key]} == {"B"}, by
        assert next(f for f in items[key] if f["measure"] == "reach").get("at_most", 100) in {100, 150}, by
    assert got(house.above, "/reach?period=2024-05&by=claim")["items"] == []
    assert got(house.stranger, "/reach?period=2024-05&by=channel")["items"] == []
    reach, engagements = before = got(house.above, "/reach?period=2024-05")["totals"]
    assert (reach["value"], reach["at_least"], reach["at_most"]) == (None, 100, 150)
    assert (engagements["grade"], engagements["value"]) == ("B", 9)
    closed = house.above.post("/periods/2024-05/close", json={"unit": house.committee})
    assert closed.status_code in {200, 201}, closed.text
    send(house.officer, channel, text.replace(",100,", ",400,"))
    assert got(house.above, "/reach?period=2024-05")["totals"] == before
    assert got(house.officer, "/reach?period=2024-05&by=channel")["closed"] is True
    assert got(house.officer, "/reach?period=2024-05")["totals"] == before
    assert got(house.officer, f"/channels/{channel}/posts")["items"][1]["figures"][0]["value"] == 400
