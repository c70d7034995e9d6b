from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.urls import UrlFacts, absolute, inspect_url, url_key

HOSTS = st.sampled_from(
    [
        "bao.example",
        "www.báo.example",
        "m.bao.example:8080",
        "facebook.com",
        "m.facebook.com",
        "fb.watch",
        "l.facebook.com",
        "www.youtube.com",
        "youtu.be",
        "accounts.youtube.com",
        "vm.tiktok.com",
        "x.com",
        "t.me",
        "instagram.com",
        "threads.net",
        "linkedin.com",
        "lnkd.in",
        "zalo.me",
        "rd.zapps.vn",
        "invite.viber.com",
        "www.google.com",
        "cdn.ampproject.org",
        "web.archive.org",
        "bc.marfeel.com",
        "[::1]",
    ],
)
SCHEMES = st.sampled_from(["https://", "http://", "//", ""])
PIECES = st.one_of(
    st.sampled_from(
        [
            "posts",
            "groups",
            "permalink.php",
            "story.php",
            "photo.php",
            "photos",
            "videos",
            "watch",
            "reel",
            "share",
            "p",
            "r",
            "profile.php",
            "people",
            "pages",
            "pg",
            "url",
            "l.php",
            "status",
            "i",
            "c",
            "s",
            "t",
            "v",
            "g",
            "in",
            "feed",
            "update",
            "amp",
            "index.html",
            "..",
            ".",
            "post",
            "tv",
            "embed",
            "shorts",
            "channel",
            "user",
            "joinchat",
            "detail",
            "articles",
            "a-post812345.html",
            "a-102260914184713458.htm",
            "mot-hai-ba-4988321.html",
            "abcdefghijk",
            "1234567890123",
            "pfbid0abc",
            "@ai",
            "+abcdef",
            "www.bao.example",
            "(a)",
            "a)",
            "a]",
            "%2F",
            "%5c",
            "é",
        ],
    ),
    st.text(max_size=12),
)
NAMES = st.one_of(
    st.sampled_from(
        [
            "v",
            "id",
            "u",
            "q",
            "url",
            "next",
            "story_fbid",
            "fbid",
            "multi_permalinks",
            "view",
            "set",
            "list",
            "utm_source",
            "ref",
            "amp",
            "g2",
            "pageId",
            "p",
        ]
    ),
    st.text(max_size=6),
)
VALUES = st.one_of(
    PIECES,
    st.sampled_from(
        ["https://bao.example/x", "https%3A%2F%2Fx.com%2Fa%2Fstatus%2F1", "/watch?v=abcdefghijk", "//a", "permalink"]
    ),
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(PIECES, max_size=5)))
    query = "&".join(f"{draw(NAMES)}={draw(VALUES)}" for _ in range(draw(st.integers(0, 3))))
    fragment = draw(st.sampled_from(["", "#x", "#/a/b", "#!/a", "#!a)", "#//"]))
    return f"{draw(SCHEMES)}{draw(HOSTS)}/{path}{'?' + query if query else ''}{fragment}"


@given(st.one_of(addresses(), st.text(max_size=80)))
def test_reading_a_canonical_address_again_changes_nothing(text: str) -> None:
    facts = inspect_url(text)
    if isinstance(facts, UrlFacts):
        assert inspect_url(facts.canonical) == facts
        assert facts.canonical.isascii()
        assert facts.canonical.startswith(("http://", "https://"))


@given(
    addresses(), st.sampled_from(["utm_source=zalo", "fbclid=x", "zarsrc=30", "__cft__[0]=A", "mibextid=Z", "_ga=1"])
)
def test_a_tracking_parameter_changes_no_key(address: str, tracking: str) -> None:
    bare, _, _ = address.partition("#")
    assume(bare[-1].isalnum() or bare[-1] == "/")  # what pasting leaves at the very end is taken away
    assert url_key(bare) == url_key(bare + ("&" if "?" in bare else "?") + tracking)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_base_and_link_give_an_address_or_nothing(base: str, href: str) -> None:
    found = absolute(base, href)
    assert found is None or (found.startswith(("http", "HTTP")) and url_key(found) is not None)
