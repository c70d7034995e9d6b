"""What a user agent looks like, whatever it calls itself: signs that hold without any list.

A browser names its platform and its engine; a phone's model name is its maker's word, not a claim of its own (CUBOT is
a phone); a program that gives an address to complain to is not a person. All input is in small letters and short.
"""

from __future__ import annotations

import re

_BROWSER = re.compile(r"(?:mozilla|opera)/\d|.{0,80}applewebkit/\d")
_PLATFORM = re.compile(
    r"windows|macintosh|mac os|x11|linux|andr[o0]id|iphone|ipad|ipod|\bcros\b|tizen|web0s|smart-?(?:tv|hub)|hbbtv"
    r"|blackberry|bb10|playstation|nintendo|xbox|kaios|symbian|symbos|series[ ]?[346]0|nokia|midp|\bbada|webtv|msie"
    r"|netfront|harmonyos|viera|bsd|amiga|palm|sunos|beos|haiku|browser|\bmobile;",
)
_DEVICE_APP = re.compile(  # programs without an engine that run on a person's own device
    r"dalvik/|cfnetwork/|darwin/|iphone|ipad|\bios\b|android|watchos|mac ?os|midp|ucweb|ucbrowser|sonos|quicktime"
    r"|itunes|blackberry|nokia|symbian|palm|hbbtv|amiga|exoplayer|smarttv|tizen|roku|crkey|podcast|player|maui"
    r"|pinterest/|instagram|\bfban\b",
)
_ADDRESS = re.compile(
    r"https?:|\bwww\.|@[\w-]{1,60}\.[a-z]{2}|mailto:|\bat\b [\w.]{1,60} \bdot\b|\[at\]"
    r"|\b[a-z0-9-]{1,60}\.(?:com|net|org|io|de|ru|biz|cz|eu|co|info|me)\b(?!\.[a-z])",
)
_COMPATIBLE = re.compile(  # "(compatible; Name/1.0": how robots introduce themselves; old browsers name a browser there
    r"\(compatible(?:;(?! ?(?:msie|konqueror|u;|googletoolbar|windows|linux|ibm|x11|mac|america|arm))|\s?\))"
    r"|; ?compatible;",
)
_TOOL = re.compile(
    r"bot\b|bot[/_-]|\bbots?[a-z]{0,12}\b|crawl|crwlr|spider|scrap(?:er|y|ing)|fetch|scann|check(?!out)|monitor|preview"
    r"|screen-?shot|thumb(?:nail)?|headless|phantom|lighthouse|synthetic|prerender|probe|analy[sz]|validat|archiv"
    r"|index(?:er|ing)|agent\b|proxy|survey|capture|research|classif|\brss\b|feed(?!back)|curl|wget|python|\bperl\b"
    r"|http-?client|okhttp|axios|libwww|java/\d|slurp|search\b|inspector|webdriver|selenium|cypress|burp|facebookexternal"
    r"|grab|extract|generator|download(?:er|manager)|observatory|uptime|devtools|translat|digger|sniff|audit|optimi[sz]e"
    r"|collector|sitemap|semantic|dejaclick|wkhtml|\bptst\b|\bwpm\b",
)
_MODEL = re.compile(  # "(Linux; Android 7.0; CUBOT X18)": what stands after the version, up to the bracket's end
    r"(android(?: [\d.]{1,12})?;)(?:(?!compatible|https?:|-google|screenshot).){0,160}?\)"
    r"(?=\s*(?:applewebkit|version|gecko|$))",
)
_IN_APP = re.compile(r"\[?\bfb(?:an|_iab|av)/.*|instagram [\d.]+ (?:android )?\([^)]*\)?")


def is_silent(agent: str) -> bool:
    """Tell whether nothing is said: no letter and no digit."""
    return not any(c.isalnum() for c in agent)


def without_device(agent: str) -> str:
    """Blank the model of the phone and the details that in-app browsers add about it."""
    return _IN_APP.sub(" ", _MODEL.sub(r"\1)", agent))


def odd_shape(agent: str, rest: str) -> str:
    """Name what no person's browser shows, or give ''; `rest` is the agent without phone model and app details."""
    if _BROWSER.match(agent):
        if not _PLATFORM.search(agent):
            return "no platform"
        if _COMPATIBLE.search(rest):
            return "compatible"
    elif not _DEVICE_APP.search(agent):
        return "no browser"
    if _ADDRESS.search(rest):
        return "address"
    tool = _TOOL.search(rest)
    return "tool word" if tool else ""
