from __future__ import annotations

import pytest

from tracker.domain.urls import UrlProblem, canonical_url, inspect_url, url_key

PIECE = "https://bao.example/mot-bai"
PIECE_ESCAPED = "https%3A%2F%2Fbao.example%2Fmot-bai"

WRAPPED = [
    f"https://l.facebook.com/l.php?u={PIECE_ESCAPED}%3Ffbclid%3Dabc&h=AT0",
    f"https://lm.facebook.com/l.php?u={PIECE_ESCAPED}&amp;h=AT0",
    f"https://l.instagram.com/?u={PIECE_ESCAPED}&e=AT",
    f"https://www.google.com/url?q={PIECE_ESCAPED}&sa=D",
    f"https://www.google.com.vn/url?sa=t&url={PIECE_ESCAPED}",
    f"https://www.youtube.com/redirect?q={PIECE_ESCAPED}",
    "https://www.youtube.com/redirect?q=bao.example%2Fmot-bai",
    f"https://www.linkedin.com/safety/go?url={PIECE_ESCAPED}",
    f"https://t.me/iv?url={PIECE_ESCAPED}&rhash=1",
    f"https://vk.com/away.php?to={PIECE_ESCAPED}",
    f"https://emea01.safelinks.protection.outlook.com/?url={PIECE_ESCAPED}&data=1",
    f"https://slack-redir.net/link?url={PIECE_ESCAPED}",
    "https://www.google.com/amp/s/bao.example/mot-bai",
    "https://bao-example.cdn.ampproject.org/c/s/bao.example/mot-bai",
    "http://cdn.ampproject.org/v/s/bao.example/mot-bai?utm_source=x",
    "https://bc.marfeel.com/www.bao.example/mot-bai",
    f"https://web.archive.org/web/20240101000000id_/{PIECE}",
    f"https://bao.example/wp-login.php?redirect_to={PIECE_ESCAPED}",
    f"https://quang-cao.example/click-123?url={PIECE_ESCAPED}",
    f"https://quang-cao.example/?url={PIECE_ESCAPED}",
    f"https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D{PIECE_ESCAPED.replace('%', '%25')}",
]
THEMSELVES = [
    "https://bao.example/?url=khong-phai-dia-chi",
    "https://bao.example/x?redirect=no",
    f"https://kiem-tra.example/bao-cao?url={PIECE_ESCAPED}",
    "https://quang-cao.example/click?url=https://",
    f"https://www.facebook.com/sharer/sharer.php?u={PIECE_ESCAPED}",
    f"https://twitter.com/intent/tweet?url={PIECE_ESCAPED}",
    "https://www-bao-example.cdn.ampproject.org/v/s/",
    "https://www.google.com/url?q=",
    "https://web.archive.org/web/2024/x",
    "https://bc.marfeel.com/help",
]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_a_wrapper_is_the_address_inside(wrapped: str) -> None:
    assert url_key(wrapped) == url_key(PIECE)


@pytest.mark.parametrize("address", THEMSELVES)
def test_a_page_about_another_page_is_itself(address: str) -> None:
    assert url_key(address) not in {None, url_key(PIECE)}
    found = canonical_url(address)
    assert found is not None
    assert found.split("/")[2] == address.split("/")[2]


def test_a_sign_in_page_leads_on_to_the_video_behind_it() -> None:
    video = url_key("https://youtu.be/abcdefghijk")
    behind = "https%3A%2F%2Fwww.youtube.com%2Fsignin%3Fnext%3D%252Fwatch%253Fv%253Dabcdefghijk"
    assert url_key(f"https://accounts.youtube.com/accounts/SetSID?continue={behind}") == video
    assert (
        url_key("https://www.youtube.com/attribution_link?a=b&u=%2Fwatch%3Fv%3Dabcdefghijk%26feature%3Dshare") == video
    )


def test_wrappers_without_end_are_refused() -> None:
    problem = inspect_url("https://www.google.com/url?q=" * 20 + PIECE)
    assert isinstance(problem, UrlProblem)
    assert problem.code == "url.wrapped"
