from __future__ import annotations

import pytest

from tracker.domain.types import Channel
from tracker.domain.urls import UrlFacts, UrlKind, inspect_url, names_a_post, url_key
from tracker.domain.urls_social import channel_of

K = UrlKind
THINGS: dict[Channel, list[tuple[str, UrlKind, str | None]]] = {
    Channel.FACEBOOK: [
        ("https://www.facebook.com/tran.b/posts/pfbid02abcXYZ", K.POST, "pfbid02abcXYZ"),
        ("https://m.facebook.com/tran.b/posts/1234567890123456?__tn__=-R", K.POST, "1234567890123456"),
        ("https://www.facebook.com/tran.b/posts/mot-tua-de/1234567890123456", K.POST, "1234567890123456"),
        ("https://www.facebook.com/trần/posts/1234567890123456", K.POST, "1234567890123456"),
        ("https://www.facebook.com/permalink.php?story_fbid=pfbid0abc&id=100064512345&mibextid=x", K.POST, "pfbid0abc"),
        ("https://mbasic.facebook.com/story.php?story_fbid=1234567890&id=100064512345678", K.POST, "1234567890"),
        ("https://vi-vn.facebook.com/story.php?story_fbid=1234567890&id=abc", K.POST, "1234567890"),
        ("https://web.facebook.com/groups/chibo/permalink/987654321012345/?ref=share", K.POST, "987654321012345"),
        ("https://www.facebook.com/groups/chibo/posts/987654321012345", K.POST, "987654321012345"),
        ("https://www.facebook.com/groups/chibo/?multi_permalinks=987654321012345,2&x=1", K.POST, "987654321012345"),
        ("https://www.facebook.com/groups/chibo/?view=permalink&id=987654321012345", K.POST, "987654321012345"),
        ("https://www.facebook.com/photo.php?fbid=111222333&set=a.1", K.PHOTO, "111222333"),
        ("https://www.facebook.com/photo/?fbid=111222333", K.PHOTO, "111222333"),
        ("https://www.facebook.com/trang/photos/a.305266/524959150", K.PHOTO, "524959150"),
        ("https://www.facebook.com/media/set/?set=a.127331&type=3", K.PHOTO, "a.127331"),
        ("https://www.facebook.com/watch/?v=1165557851", K.VIDEO, "1165557851"),
        ("https://www.facebook.com/watch/live/?v=1165557851", K.VIDEO, "1165557851"),
        ("https://www.facebook.com/video.php?v=1165557851", K.VIDEO, "1165557851"),
        ("https://www.facebook.com/trang/videos/vb.2281/1165557851/?type=2", K.VIDEO, "1165557851"),
        ("https://www.facebook.com/reel/1165557851?s=single", K.VIDEO, "1165557851"),
        ("https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Ffb.com%2Freel%2F11655", K.VIDEO, "11655"),
        ("https://fb.watch/aBcDeF123/", K.VIDEO, "aBcDeF123"),
        ("https://www.facebook.com/share/p/19ZPWnwB73/", K.SHARE, "19ZPWnwB73"),
        ("https://www.facebook.com/share/r/19ZPWnwB73/?mibextid=w", K.SHARE, "19ZPWnwB73"),
        ("https://www.facebook.com/share/19ZPWnwB73", K.SHARE, "19ZPWnwB73"),
        ("https://www.facebook.com/profile.php?id=100064512345678", K.PROFILE, None),
        ("https://www.facebook.com/people/Tran-B/100064512345678", K.PROFILE, None),
        ("https://www.facebook.com/tran.b", K.PROFILE, None),
        ("https://www.facebook.com/tran.b/about", K.PROFILE, None),
        ("https://www.facebook.com/pages/Trang/100064512345678", K.PAGE, None),
        ("https://www.facebook.com/pg/trang/posts", K.PAGE, None),
        ("https://www.facebook.com/p/Trang-100064512345678/", K.PAGE, None),
        ("https://www.facebook.com/groups/chibo/", K.GROUP, None),
        ("https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fbao.example", K.OTHER, None),
        ("https://www.facebook.com/hashtag/abc", K.OTHER, None),
        ("https://www.facebook.com/groups/chibo/posts/", K.OTHER, None),
        ("https://www.facebook.com/", K.OTHER, None),
        ("https://fb.watch/", K.OTHER, None),
        ("https://developers.facebook.com/docs", K.OTHER, None),
    ],
    Channel.ZALO: [
        ("https://rd.zapps.vn/detail/248705?zl3rd=8&id=c3eb9fb83cfdd5a38cec&zarsrc=4", K.POST, "c3eb9fb83cfdd5a38cec"),
        ("https://rd.zapps.vn/video/248705?id=c3eb9fb83cfdd5a38cec", K.VIDEO, "c3eb9fb83cfdd5a38cec"),
        ("https://rd.zapps.vn/articles?pageId=2802088037247282112", K.PAGE, None),
        ("https://zalo.me/g/abcdef123", K.GROUP, None),
        ("https://zalo.me/0912345678", K.PROFILE, None),
        ("https://zalo.me/2802088037247282112", K.PAGE, None),
        ("https://zalo.me/pc", K.OTHER, None),
    ],
    Channel.YOUTUBE: [
        ("https://www.youtube.com/watch?v=abc-efg_ijk&t=1s&si=x", K.VIDEO, "abc-efg_ijk"),
        ("https://youtu.be/abc-efg_ijk?si=x", K.VIDEO, "abc-efg_ijk"),
        ("https://youtu.be/abc-efg_ijk%5D", K.VIDEO, "abc-efg_ijk"),
        ("https://m.youtube.com/shorts/abc-efg_ijk", K.VIDEO, "abc-efg_ijk"),
        ("https://www.youtube-nocookie.com/embed/abc-efg_ijk", K.VIDEO, "abc-efg_ijk"),
        ("https://www.youtube.com/live/abc-efg_ijk", K.VIDEO, "abc-efg_ijk"),
        ("https://www.youtube.com/post/UgkxAbc123", K.POST, "UgkxAbc123"),
        ("https://www.youtube.com/playlist?list=PLabc", K.OTHER, None),
        ("https://www.youtube.com/@kenh/videos", K.PROFILE, None),
        ("https://www.youtube.com/channel/UCabc123/videos", K.PROFILE, None),
        ("https://www.youtube.com/user/Kenh", K.PROFILE, None),
        ("https://youtu.be/", K.OTHER, None),
        ("https://www.youtube.com/results?search_query=a", K.OTHER, None),
    ],
    Channel.TIKTOK: [
        ("https://www.tiktok.com/@ai/video/6748451240264420610?lang=vi", K.VIDEO, "6748451240264420610"),
        ("https://www.tiktok.com/@ai/photo/6748451240264420610", K.PHOTO, "6748451240264420610"),
        ("https://m.tiktok.com/v/6748451240264420610.html", K.VIDEO, "6748451240264420610"),
        ("https://www.tiktok.com/embed/v2/6748451240264420610", K.VIDEO, "6748451240264420610"),
        ("https://vm.tiktok.com/ZGdh4WUhr/", K.SHARE, "ZGdh4WUhr"),
        ("https://www.tiktok.com/t/ZGdh4WUhr/", K.SHARE, "ZGdh4WUhr"),
        ("https://www.tiktok.com/@ai", K.PROFILE, None),
        ("https://www.tiktok.com/tag/abc", K.OTHER, None),
    ],
    Channel.X: [
        ("https://x.com/ai/status/1800000000000000000?s=20", K.POST, "1800000000000000000"),
        ("https://twitter.com/i/web/status/1800000000000000000", K.POST, "1800000000000000000"),
        ("https://mobile.twitter.com/ai/status/1800000000000000000/photo/1", K.POST, "1800000000000000000"),
        ("https://x.com/i/broadcasts/1yNGaQLWpejGj", K.VIDEO, "1yNGaQLWpejGj"),
        ("https://x.com/ai", K.PROFILE, None),
        ("https://x.com/home", K.OTHER, None),
        ("https://twitter.com/intent/tweet?url=https%3A%2F%2Fbao.example", K.OTHER, None),
    ],
    Channel.TELEGRAM: [
        ("https://t.me/kenhtin/76", K.POST, "76"),
        ("https://t.me/s/kenhtin/76?single", K.POST, "76"),
        ("https://telegram.me/c/1234567/76", K.POST, "76"),
        ("https://t.me/kenhtin", K.PROFILE, None),
        ("https://t.me/joinchat/AAAAAE9B8u", K.GROUP, None),
        ("https://t.me/+AAAAAE9B8u", K.GROUP, None),
        ("https://t.me/share/url?url=https%3A%2F%2Fbao.example", K.OTHER, None),
        ("https://t.me/kenhtin/abc/def", K.OTHER, None),
        ("https://t.me/", K.OTHER, None),
    ],
    Channel.INSTAGRAM: [
        ("https://www.instagram.com/p/BQ0eAlwhDrw/?igsh=x", K.POST, "BQ0eAlwhDrw"),
        ("https://www.instagram.com/ai/p/BQ0eAlwhDrw/", K.POST, "BQ0eAlwhDrw"),
        ("https://www.instagram.com/reel/BQ0eAlwhDrw/", K.VIDEO, "BQ0eAlwhDrw"),
        ("https://www.instagram.com/share/p/BACiUUUYQV", K.SHARE, "BACiUUUYQV"),
        ("https://www.instagram.com/stories/ai/18090946048123978/", K.POST, "18090946048123978"),
        ("https://www.instagram.com/ai/", K.PROFILE, None),
        ("https://www.instagram.com/explore/tags/abc", K.OTHER, None),
        ("https://www.instagram.com/reels/videos", K.OTHER, None),
    ],
    Channel.THREADS: [
        ("https://www.threads.net/@ai/post/DAbC12", K.POST, "DAbC12"),
        ("https://www.threads.com/t/DAbC12", K.POST, "DAbC12"),
        ("https://www.threads.net/@ai", K.PROFILE, None),
        ("https://www.threads.net/search", K.OTHER, None),
    ],
    Channel.LINKEDIN: [
        ("https://www.linkedin.com/posts/ai_mot-bai-activity-7151241570371948544-4Gu7", K.POST, "7151241570371948544"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:7151241570371948544/", K.POST, "7151241570371948544"),
        ("https://www.linkedin.com/events/hop-7084656651378536448/comments/", K.OTHER, "7084656651378536448"),
        ("https://www.linkedin.com/pulse/mot-bai-ai/", K.ARTICLE, None),
        ("https://vn.linkedin.com/in/ai", K.PROFILE, None),
        ("https://www.linkedin.com/company/co-quan/", K.PAGE, None),
        ("https://www.linkedin.com/groups/123/", K.GROUP, None),
        ("https://lnkd.in/gAbCdEf", K.SHARE, "gAbCdEf"),
        ("https://www.linkedin.com/sharing/share-offsite/?url=https%3A%2F%2Fbao.example", K.OTHER, None),
    ],
    Channel.VIBER: [
        ("https://invite.viber.com/?g2=AQAbc", K.GROUP, None),
        ("https://chats.viber.com/kenhtin", K.GROUP, None),
        ("https://www.viber.com/vi/", K.OTHER, None),
    ],
}  # fmt: skip
ROWS = [(channel, *row) for channel, rows in THINGS.items() for row in rows]


@pytest.mark.parametrize(("channel", "url", "kind", "post_id"), ROWS, ids=[row[1] for row in ROWS])
def test_what_an_address_names_on_its_network(channel: Channel, url: str, kind: UrlKind, post_id: str | None) -> None:
    facts = inspect_url(url)
    assert isinstance(facts, UrlFacts)
    assert (facts.channel, facts.kind, facts.post_id) == (channel, kind, post_id)
    assert names_a_post(facts) == (kind in {K.POST, K.VIDEO, K.PHOTO, K.SHARE, K.ARTICLE})
    assert inspect_url(facts.canonical) == facts


SAME = [
    ("https://www.facebook.com/a/posts/1234567890123", "https://m.facebook.com/story.php?story_fbid=1234567890123&id=99999"),
    ("https://www.facebook.com/groups/a/permalink/1234567890123", "https://www.facebook.com/groups/b/posts/1234567890123"),
    ("https://www.facebook.com/watch/?v=1165557851", "https://m.facebook.com/trang/videos/1165557851/"),
    ("https://www.facebook.com/photo.php?fbid=111222333", "https://www.facebook.com/t/photos/pcb.1/111222333"),
    ("https://www.facebook.com/share/p/19ZPWnwB73/", "https://www.facebook.com/share/19ZPWnwB73?rdid=x"),
    ("https://www.facebook.com/Tran.B", "https://vi-vn.facebook.com/tran.b/"),
    ("https://www.facebook.com/people/A/100064512345678", "https://www.facebook.com/profile.php?id=100064512345678"),
    ("https://www.youtube.com/c/Kenh", "https://youtube.com/@kenh"),
    ("https://youtu.be/abc-efg_ijk", "https://m.youtube.com/watch?app=desktop&v=abc-efg_ijk"),
    ("https://t.me/s/KenhTin/76", "https://telegram.me/kenhtin/76"),
    ("https://twitter.com/ai/status/18000000000", "https://x.com/i/web/status/18000000000"),
    ("https://www.instagram.com/p/BQ0eAlwhDrw/", "https://instagram.com/reel/BQ0eAlwhDrw"),
    ("https://es-la.facebook.com/ads/library/?id=5", "https://www.facebook.com/ads/library/?id=5"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_thing_has_one_key_under_all_its_addresses(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


def test_short_numbers_belong_to_their_owner() -> None:
    assert url_key("https://www.facebook.com/a/posts/12") != url_key("https://www.facebook.com/b/posts/12")


def test_things_of_different_kinds_with_one_number_differ() -> None:
    number = "1234567890123"
    paths = [
        f"a/posts/{number}",
        f"reel/{number}",
        f"photo?fbid={number}",
        f"groups/{number}",
        f"profile.php?id={number}",
    ]
    assert len({url_key(f"https://www.facebook.com/{path}") for path in paths}) == len(paths)


@pytest.mark.parametrize(
    "host",
    [
        "facebook.com.evil.example",
        "notfacebook.com",
        "facebook.com-evil.example",
        "facebook.example",
        "xx.com",
        "t.me.example",
        "evil.example\\@facebook.com",
    ],
)
def test_a_look_alike_is_not_the_network(host: str) -> None:
    facts = inspect_url(f"https://{host}/a/posts/1234567890123")
    assert isinstance(facts, UrlFacts)
    assert facts.channel is Channel.WEB


def test_a_network_is_told_by_whole_labels() -> None:
    assert channel_of("m.facebook.com") is Channel.FACEBOOK
    assert channel_of("mfacebook.com") is Channel.WEB
    assert channel_of("com") is Channel.WEB
