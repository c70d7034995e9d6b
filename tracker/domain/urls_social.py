"""What an address on a social network names: a post, a person's page, a group, or only the network's own machinery.

One small reader a network; Facebook's many forms stand in `urls_facebook`. A host is a network's only when it is that
domain or below it. Identity is the network's own number of the thing, never its spelling.
"""

from __future__ import annotations

import enum
import functools
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.types import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.urls_parts import Address


class UrlKind(enum.StrEnum):
    """What an address names (contract.md, `inspect url`)."""

    POST = "post"
    PROFILE = "profile"
    PAGE = "page"
    GROUP = "group"
    VIDEO = "video"
    PHOTO = "photo"
    SHARE = "share"  # a short code that only the network can resolve to a post
    ARTICLE = "article"
    OTHER = "other"  # a share dialog too: it names no post


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing on a network. `identity` is unique there; `canonical` is empty where the address itself serves."""

    kind: UrlKind
    identity: str
    post_id: str | None = None
    canonical: str = ""


_CHANNELS = {
    "facebook.com": Channel.FACEBOOK,
    "fb.com": Channel.FACEBOOK,
    "fb.watch": Channel.FACEBOOK,
    "facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion": Channel.FACEBOOK,
    "zalo.me": Channel.ZALO,
    "zalo.vn": Channel.ZALO,
    "zaloapp.com": Channel.ZALO,
    "zapps.vn": Channel.ZALO,
    "youtube.com": Channel.YOUTUBE,
    "youtu.be": Channel.YOUTUBE,
    "youtube-nocookie.com": Channel.YOUTUBE,
    "tiktok.com": Channel.TIKTOK,
    "tiktokv.com": Channel.TIKTOK,
    "douyin.com": Channel.TIKTOK,  # its edition for the mainland, with the same numbers
    "x.com": Channel.X,
    "twitter.com": Channel.X,
    "t.me": Channel.TELEGRAM,
    "telegram.me": Channel.TELEGRAM,
    "telegram.dog": Channel.TELEGRAM,
    "instagram.com": Channel.INSTAGRAM,
    "instagr.am": Channel.INSTAGRAM,
    "threads.net": Channel.THREADS,
    "threads.com": Channel.THREADS,
    "linkedin.com": Channel.LINKEDIN,
    "lnkd.in": Channel.LINKEDIN,
    "viber.com": Channel.VIBER,
    "viber.me": Channel.VIBER,
}
_DIGITS = re.compile(r"\d{1,25}$")
_CODE = re.compile(r"[\w-]{4,80}$", re.ASCII)
_NAME = re.compile(r"@?[\w.-]{2,80}$")
_VIDEO = re.compile(r"([\w-]{11})(?![\w-])", re.ASCII)
_TELEGRAM_NAME = re.compile(r"[a-z]\w{3,31}$", re.IGNORECASE | re.ASCII)
_LINKEDIN_POST = re.compile(r"(?:^|[-:_])(activity|share|ugcpost)[-:](\d{15,25})(?:\D|$)", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d{8,13}$")


@functools.lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """Give the network's domain that a host is or lies below; '' for every other host."""
    labels = host.split(".")
    below = (".".join(labels[start:]) for start in range(len(labels)))
    return next((domain for domain in below if domain in _CHANNELS), "")


def channel_of(host: str) -> Channel:
    """Tell the network by host."""
    return _CHANNELS.get(domain_of(host), Channel.WEB)


def read_thing(channel: Channel, address: Address) -> Thing | None:
    """Read what an address names on its network; None where it names nothing we know."""
    reader = _READERS.get(channel)
    return reader(address) if reader else None


def youtube(address: Address) -> Thing | None:
    """Read YouTube: a video has one id under all its paths; a channel one name."""
    parts = address.segments
    if video := _youtube_video(address, parts):
        link = f"https://www.youtube.com/watch?v={video}"
        return Thing(kind=UrlKind.VIDEO, identity=f"video:{video}", post_id=video, canonical=link)
    match parts:
        case ["post", code, *_] if _CODE.match(code):
            return Thing(kind=UrlKind.POST, identity=f"post:{code}", post_id=code)
        case ["playlist"] if _CODE.match(found := address.first("list")):
            link = f"https://www.youtube.com/playlist?list={found}"
            return Thing(kind=UrlKind.OTHER, identity=f"list:{found}", canonical=link)
    owner = _youtube_owner(parts)
    return Thing(kind=UrlKind.PROFILE, identity=owner) if owner else None


def _youtube_owner(parts: list[str]) -> str:
    """Name a channel: by its number, its old user name, or the name that `/c/x`, `/@x` and `/x` share."""
    match parts:
        case ["channel", code, *_] if _CODE.match(code):
            return f"channel:{code}"
        case ["user", name, *_] if _NAME.match(name):
            return f"user:{name.casefold()}"
        case ["c", name, *_] | [name, *_] if _is_youtube_name(name, parts):
            return f"name:{name.removeprefix('@').casefold()}"
    return ""


_YOUTUBE_WORDS_TEXT = """
watch results feed shorts live embed playlist channel user post redirect signin account premium gaming
howyoutubeworks about t hashtag clip attribution_link oembed e v m ml
"""
_YOUTUBE_WORDS = frozenset(_YOUTUBE_WORDS_TEXT.split())


def _is_youtube_name(name: str, parts: list[str]) -> bool:
    return _NAME.match(name) is not None and name not in _YOUTUBE_WORDS and parts[0] not in _YOUTUBE_WORDS


def _youtube_video(address: Address, parts: list[str]) -> str:
    candidate = address.first("v") or address.first("vi")
    if address.host == "youtu.be" or address.host.endswith(".youtu.be"):
        candidate = parts[0] if parts else ""
    elif len(parts) > 1 and parts[0].lower() in {"shorts", "live", "embed", "v", "e", "vi", "watch"}:
        candidate = parts[1]
    found = _VIDEO.match(candidate)
    return found[1] if found else ""


def tiktok(address: Address) -> Thing | None:
    """Read TikTok: clips and photo posts share one space of numbers."""
    parts = address.segments
    if number := _number_after(parts, "video", "photo", "v", "note") or _number_after(parts, "embed", "v2"):
        kind = UrlKind.PHOTO if "photo" in parts else UrlKind.VIDEO
        return Thing(kind=kind, identity=f"post:{number}", post_id=number)
    match parts:
        case ["t", code, *_] if _CODE.match(code):
            return Thing(kind=UrlKind.SHARE, identity=f"share:{code}", post_id=code)
        case [code] if address.host.startswith(("vm.", "vt.")) and _CODE.match(code):
            return Thing(kind=UrlKind.SHARE, identity=f"share:{code}", post_id=code)
        case [name, *_] if name.startswith("@") and _NAME.match(name):
            return Thing(kind=UrlKind.PROFILE, identity=f"name:{name[1:].casefold()}")
    return None


_X_WORDS_TEXT = """
home explore search notifications messages settings compose intent share hashtag i login signup tos
"""
_X_WORDS = frozenset(_X_WORDS_TEXT.split())


def x(address: Address) -> Thing | None:
    """Read X, formerly Twitter."""
    parts = address.segments
    if number := _number_after(parts[1:], "status", "statuses"):
        return Thing(kind=UrlKind.POST, identity=f"post:{number}", post_id=number)
    match parts:
        case ["i", "broadcasts" | "spaces" as what, code, *_] if _CODE.match(code):
            return Thing(kind=UrlKind.VIDEO, identity=f"{what}:{code}", post_id=code)
        case [name] if _NAME.match(name) and name.lower() not in _X_WORDS:
            return Thing(kind=UrlKind.PROFILE, identity=f"name:{name.removeprefix('@').casefold()}")
    return None


_TELEGRAM_WORDS_TEXT = """
share iv addstickers addemoji addtheme addlist proxy socks setlanguage bg invoice login contact
"""
_TELEGRAM_WORDS = frozenset(_TELEGRAM_WORDS_TEXT.split())


def telegram(address: Address) -> Thing | None:
    """Read Telegram: a message is a number within its channel."""
    parts = address.segments[1:] if address.segments[:1] == ["s"] else address.segments
    if invitation := _telegram_invitation(parts):
        return Thing(kind=UrlKind.GROUP, identity=f"invite:{invitation}")
    match parts:
        case ["c", group, *_, number] if _DIGITS.match(group) and _DIGITS.match(number):
            return Thing(kind=UrlKind.POST, identity=f"post:c/{group}/{number}", post_id=number)
        case [name, *_] if name.lower() in _TELEGRAM_WORDS or not _TELEGRAM_NAME.match(name):
            return None
        case [name, *_, number] if _DIGITS.match(number):
            return Thing(kind=UrlKind.POST, identity=f"post:{name.lower()}/{number}", post_id=number)
        case [name]:
            return Thing(kind=UrlKind.PROFILE, identity=f"name:{name.lower()}")
    return None


def _telegram_invitation(parts: list[str]) -> str:
    match parts:
        case ["joinchat", code, *_] if _CODE.match(code):
            return code
        case [code] if code.startswith("+") and _CODE.match(code[1:]):
            return code[1:]
    return ""


_INSTAGRAM_WORDS_TEXT = """
explore accounts direct reels reel p tv stories about developer legal share s your_activity
"""
_INSTAGRAM_WORDS = frozenset(_INSTAGRAM_WORDS_TEXT.split())

_INSTAGRAM_SHELVES = frozenset({"videos", "audio"})


def instagram(address: Address) -> Thing | None:
    """Read Instagram: posts, reels and television share one space of codes."""
    match address.segments:
        case ["share", *_, code] if _CODE.match(code):
            return Thing(kind=UrlKind.SHARE, identity=f"share:{code}", post_id=code)
        case [("p" | "reel" | "reels" | "tv") as what, code, *_] | [_, ("p" | "reel" | "tv") as what, code, *_] if (
            _CODE.match(code) and code not in _INSTAGRAM_SHELVES
        ):
            kind = UrlKind.POST if what == "p" else UrlKind.VIDEO
            return Thing(kind=kind, identity=f"post:{code}", post_id=code)
        case ["stories", _, number, *_] if _DIGITS.match(number):
            return Thing(kind=UrlKind.POST, identity=f"story:{number}", post_id=number)
        case [name] if _NAME.match(name) and name not in _INSTAGRAM_WORDS:
            return Thing(kind=UrlKind.PROFILE, identity=f"name:{name.removeprefix('@').casefold()}")
    return None


def threads(address: Address) -> Thing | None:
    """Read Threads."""
    match address.segments:
        case [_, "post", code, *_] | ["t", code, *_] if _CODE.match(code):
            return Thing(kind=UrlKind.POST, identity=f"post:{code}", post_id=code)
        case [name] if name.startswith("@") and _NAME.match(name):
            return Thing(kind=UrlKind.PROFILE, identity=f"name:{name[1:].casefold()}")
    return None


_LINKEDIN_PLACES = {
    "pulse": UrlKind.ARTICLE,
    "in": UrlKind.PROFILE,
    "pub": UrlKind.PROFILE,
    "company": UrlKind.PAGE,
    "school": UrlKind.PAGE,
    "showcase": UrlKind.PAGE,
    "groups": UrlKind.GROUP,
}


def linkedin(address: Address) -> Thing | None:
    """Read LinkedIn; an activity, a share and a member's post are numbered apart."""
    match address.segments:
        case ["posts", slug, *_] | ["feed", "update", slug, *_] | ["embed", "feed", "update", slug, *_] if found := (
            _LINKEDIN_POST.search(slug)
        ):
            return Thing(kind=UrlKind.POST, identity=f"{found[1].lower()}:{found[2]}", post_id=found[2])
        case ["events", slug, *_] if number := _number(slug.rpartition("-")[2]):
            return Thing(kind=UrlKind.OTHER, identity=f"event:{number}", post_id=number)
        case [what, name, *_] if what in _LINKEDIN_PLACES:
            return Thing(kind=_LINKEDIN_PLACES[what], identity=f"{what}:{name.casefold()}")
        case [code] if address.host == "lnkd.in" and _CODE.match(code):
            return Thing(kind=UrlKind.SHARE, identity=f"share:{code}", post_id=code)
    return None


def zalo(address: Address) -> Thing | None:
    """Read Zalo: official accounts publish pages; people and groups have an address, their posts have none."""
    number = address.first("id")
    match address.segments:
        case ["detail" | "video" as what, *_] if address.host == "rd.zapps.vn" and _CODE.match(number):
            kind = UrlKind.VIDEO if what == "video" else UrlKind.POST
            return Thing(
                kind=kind, identity=f"{what}:{number}", post_id=number, canonical=address.keeping("id").render()
            )
        case ["articles", *_] if _DIGITS.match(address.first("pageId")):
            canonical = address.keeping("pageId").render()
            return Thing(kind=UrlKind.PAGE, identity=f"page:{address.first('pageId')}", canonical=canonical)
        case ["g", code, *_] if _CODE.match(code):
            return Thing(kind=UrlKind.GROUP, identity=f"group:{code}")
        case [name] if _PHONE.match(name):
            return Thing(kind=UrlKind.PROFILE, identity=f"phone:{name}")
        case [name] if address.host == "zalo.me" and (_DIGITS.match(name) or _NAME.match(name)) and name != "pc":
            return Thing(kind=UrlKind.PAGE, identity=f"page:{name}")
    return None


def viber(address: Address) -> Thing | None:
    """Read Viber: only invitations have addresses."""
    code = address.first("g2") or address.first("g")
    if code:
        canonical = address.keeping("g2", "g").render()
        return Thing(kind=UrlKind.GROUP, identity=f"invite:{code}", canonical=canonical)
    match address.segments:
        case [name] if address.host == "chats.viber.com" and _NAME.match(name):
            return Thing(kind=UrlKind.GROUP, identity=f"name:{name.casefold()}")
    return None


_READERS: dict[Channel, Callable[[Address], Thing | None]] = {
    Channel.YOUTUBE: youtube,
    Channel.TIKTOK: tiktok,
    Channel.X: x,
    Channel.TELEGRAM: telegram,
    Channel.INSTAGRAM: instagram,
    Channel.THREADS: threads,
    Channel.LINKEDIN: linkedin,
    Channel.ZALO: zalo,
    Channel.VIBER: viber,
}


def _number_after(parts: list[str], *words: str) -> str:
    """Give the number that follows one of these parts."""
    followers = (after for word, after in itertools.pairwise(parts) if word in words)
    return next(filter(None, map(_number, followers)), "")


def _number(text: str) -> str:
    """Give the digits at the front of a path's part, which pasting sometimes lengthens."""
    found = re.match(r"(\d{1,25})(?!\w)", text)
    return found[1] if found else ""
