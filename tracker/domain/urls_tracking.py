"""Parameters that say how a reader came, not what is read. Names are facts of the trade, gathered by family.

A name alone decides only where no site uses it for what it shows; else its value must say where the reader came from.
"""

from __future__ import annotations

import re

# Families: a prefix that one measuring tool keeps for itself.
_FAMILIES = re.compile(
    r"utm(?:[_-]|$)|(?:mtm|matomo|piwik|hmb|otm|hsa|oly|vero|sfmc|bsft|oft|guce|wt)_|wt\.|ga_"
    r"|(?:pk|itm|ss)_(?:campaign|medium|source|content|term|kwd|keyword|cid|email)"
    r"|fb_(?:action|source|ref|comment)|action_(?:object|type|ref)_map|_?_hs|_branch_|__twitter_|_guc_"
    r"|mc_(?:cid|eid|tc)$|ml_subscriber|at_(?:medium|campaign|custom|recipient|link|xt)|sc_(?:eh|uid|customer|campaign)"
    r"|sms_(?:click|source|uph)|trk(?:_|$)|et_rid|gs_l|iclid|share_(?:source|from|url|app)|__(?:cft|xts|tn|eep)__"
    r"|amp_(?:js|gsa|r|lite|analytics)|li_(?:fat|source)|[a-z]{2,3}_(?:source|medium|campaign|clid|clickid)$",
)
_NAMES_TEXT = """
fbclid gclid dclid gbraid wbraid gclsrc msclkid yclid ysclid ymclid syclid twclid ttclid igshid igsh srsltid clickid
irclickid rb_clickid unicorn_click_id wickedid _openstat os_ehash vgo_ee bbeml _bhlid wtrid s_kwcid ef_id epik
mkt_tok mkwid pcrid s_cid cmpid xtor xtref echobox tracking_source nr_email_referer _ga _gl _ke __s spm ceneo_spo
hsctatracking oly_anon_id oly_enc_id zarsrc zl3rd mibextid rdid sfnsn __tn__ fref hc_ref refsrc ref_src ref_url
twtrec __ccr idorvanity paipv _rdr _rdc extid eav share_url usqp ocid guccounter feature_share amp wpamp
amp_analytics ampshare amp_js_v marfeeltn __amp _amp
"""
_NAMES = frozenset(_NAMES_TEXT.split())
_CAME_FROM_TEXT = """
ref source src from via medium platform fromref referrer referer s_ref
"""
_CAME_FROM = frozenset(_CAME_FROM_TEXT.split())
_PLACES = re.compile(
    r"(?:fb|facebook|zalo|twitter|tw|x|instagram|ig|tiktok|youtube|telegram|tele|viber|whatsapp|linkedin|messenger|threads"
    r"|hootsuite|buffer|google|bing|rss|feed|atom|email|e-?mail|newsletter|mail|share|shared|social|ts|nf|rdr|home|homepage"
    r"|mobile|app|web|twtrec|timeline|bookmark|push|notification|copy|copylink|qr|[a-z0-9-]{1,40}\.[a-z.]{2,20})$",
)
_FORMATS = frozenset({("outputtype", "amp"), ("output", "amp"), ("mode", "amp"), ("view", "amp"), ("type", "amp")})


def is_tracking(name: str, value: str | None) -> bool:
    """Tell whether leaving this parameter out shows the same page."""
    name, value = name.lower(), (value or "").lower()
    if name in _NAMES or _FAMILIES.match(name) or (name, value) in _FORMATS:
        return True
    return name in _CAME_FROM and _PLACES.match(value) is not None


def without_tracking(query: tuple[tuple[str, str | None], ...]) -> tuple[tuple[str, str | None], ...]:
    """Leave out what only says how a reader came."""
    return tuple((name, value) for name, value in query if not is_tracking(name, value))
