"""Facebook's addresses: the same post under a name, a number, a script, a group, a host for every kind of phone.

Numbers of posts, photos and videos are unique on the whole network, so whose they are is no part of a key; short old
ones are not, and keep their owner. `pfbid…` and share codes are opaque: one post has several, a code has one post.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.domain.urls_social import Thing, UrlKind

if TYPE_CHECKING:
    from tracker.domain.urls_parts import Address

_NUMBER = re.compile(r"(?:\d{1,25}|pfbid\w{3,100})$", re.ASCII)
_OBJECT = re.compile(r"\d{5,25}$", re.ASCII)
_CODE = re.compile(r"[\w-]{4,80}$", re.ASCII)
_HANDLE = re.compile(r"[\w.-]{2,80}$")
_TAIL_NUMBER = re.compile(r"-(\d{9,25})$")
_WORLDWIDE = 10  # digits from which a number is unique without its owner
_WORDS_TEXT = """
ads ajax dialog events gaming groups hashtag help home intent l legal live login marketplace media messages notes
pages people permalink pg photo photos plugins policies privacy profile reel reels search settings share sharer
stories story terms video videos watch watchparty business checkpoint flx me recover reg games fundraisers saved
"""
_WORDS = frozenset(_WORDS_TEXT.split())


def facebook(address: Address) -> Thing | None:
    """Read a Facebook address."""
    parts = [part.removesuffix(".php") if number == 0 else part for number, part in enumerate(address.segments)]
    if address.host.endswith("fb.watch"):
        code = parts[0] if parts else ""
        return Thing(kind=UrlKind.VIDEO, identity=f"watch:{code}", post_id=code) if _CODE.match(code) else None
    return _post(address, parts) or _picture(address, parts) or _place(address, parts)


def _post(address: Address, parts: list[str]) -> Thing | None:
    story = address.first("story_fbid")
    if _NUMBER.match(story):
        owner = address.first("id") if _OBJECT.match(address.first("id")) else ""
        link = f"https://www.facebook.com/permalink.php?story_fbid={story}" + (f"&id={owner}" if owner else "")
        return _numbered(story, owner, link)
    match parts:
        case ["share", *_, code] if _CODE.match(code):
            return Thing(kind=UrlKind.SHARE, identity=f"share:{code}", post_id=code, canonical=_plain(parts))
        case ["groups", group, "posts" | "permalink", *_, number] if _NUMBER.match(number):
            return _numbered(number, group, f"https://www.facebook.com/groups/{group}/posts/{number}")
        case ["groups", group, *_] if (number := _asked_for(address)) and _safe(group):
            return _numbered(number, group, f"https://www.facebook.com/groups/{group}/posts/{number}")
        case [owner, "posts", *_, last] if found := re.search(r"(?:^|-)(pfbid\w{3,100}|\d{1,25})$", last, re.ASCII):
            return _numbered(found[1], owner, f"https://www.facebook.com/{owner}/posts/{found[1]}")
    return None


def _asked_for(address: Address) -> str:
    """Give the post of a group that the query asks for."""
    number = address.first("id") if address.first("view") == "permalink" else ""
    number = number or address.first("multi_permalinks").partition(",")[0]
    return number if _NUMBER.match(number) else ""


def _numbered(number: str, owner: str, link: str) -> Thing:
    worldwide = number.startswith("pfbid") or len(number) >= _WORLDWIDE
    identity = f"post:{number}" if worldwide else f"post:{owner.casefold()}/{number}"
    return Thing(kind=UrlKind.POST, identity=identity, post_id=number, canonical=link if _safe(owner) else "")


def _picture(address: Address, parts: list[str]) -> Thing | None:
    if _OBJECT.match(photo := address.first("fbid")) and parts[:1] in (["photo"], ["photos"]):
        return _photo(photo)
    match parts:
        case [_, "photos", *_, number] if _OBJECT.match(number):
            return _photo(number)
        case ["media", "set", *_] if album := address.first("set"):
            link = address.keeping("set").render()
            return Thing(kind=UrlKind.PHOTO, identity=f"album:{album}", post_id=album, canonical=link)
    video = _video_number(address, parts)
    return _video(video) if video else None


def _video_number(address: Address, parts: list[str]) -> str:
    match parts:
        case ["video" | "watch", *_] if _OBJECT.match(number := address.first("v")):
            return number
        case ["reel" | "videos" | "live", number, *_] | [_, "videos", *_, number] if _OBJECT.match(number):
            return number
    return ""


def _photo(number: str) -> Thing:
    link = f"https://www.facebook.com/photo/?fbid={number}"
    return Thing(kind=UrlKind.PHOTO, identity=f"photo:{number}", post_id=number, canonical=link)


def _video(number: str) -> Thing:
    link = f"https://www.facebook.com/watch/?v={number}"
    return Thing(kind=UrlKind.VIDEO, identity=f"video:{number}", post_id=number, canonical=link)


def _place(address: Address, parts: list[str]) -> Thing | None:
    match parts:
        case ["profile"] if _OBJECT.match(number := address.first("id").partition("/")[0]):
            link = f"https://www.facebook.com/profile.php?id={number}"
            return Thing(kind=UrlKind.PROFILE, identity=f"id:{number}", canonical=link)
        case ["people", _, number, *_] if _OBJECT.match(number):
            return Thing(kind=UrlKind.PROFILE, identity=f"id:{number}", canonical=_plain(parts[:3]))
        case ["groups", name] if _HANDLE.match(name):
            return Thing(kind=UrlKind.GROUP, identity=f"group:{name.casefold()}", canonical=_plain(parts))
        case [name] | [name, "about" | "posts" | "photos" | "videos" | "reels" | "info" | "photos_albums"] if (
            _HANDLE.match(name) and name.lower() not in _WORDS and not name.endswith(".php")
        ):
            return Thing(kind=UrlKind.PROFILE, identity=_who(name), canonical=_plain([name]))
    return _page(parts)


def _page(parts: list[str]) -> Thing | None:
    match parts:
        case ["pages", *_, number] if _OBJECT.match(number):
            return Thing(kind=UrlKind.PAGE, identity=f"id:{number}", canonical=_plain(parts))
        case ["pg" | "p", name, *_] if _HANDLE.match(name):
            return Thing(kind=UrlKind.PAGE, identity=_who(name), canonical=_plain(parts[:2]))
    return None


def _who(name: str) -> str:
    """Name a page or person: by the number at the end of the name where Facebook puts one."""
    found = _TAIL_NUMBER.search(name)
    return f"id:{found[1]}" if found else f"name:{name.casefold()}"


def _plain(parts: list[str]) -> str:
    """Spell a path without what follows it; '' where a part is more than a plain word."""
    return f"https://www.facebook.com/{'/'.join(parts)}" if all(map(_safe, parts)) else ""


def _safe(word: str) -> bool:
    return re.fullmatch(r"[\w.-]*", word, re.ASCII) is not None
