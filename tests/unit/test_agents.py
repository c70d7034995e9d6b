from __future__ import annotations

import string
import time

import pytest

from lantoa.agents import agent_classifier, load_lists
from tracker.domain.agents import LONGEST_AGENT, AgentClassifier, AgentKind, AgentLists
from tracker.domain.agents_shape import without_device

PHONE = (
    "Mozilla/5.0 (Linux; Android 13; {model}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0"
)
PERSONS = {
    "chrome": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0",
    "firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "coc coc": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 coc_coc_browser/130.0 Chrome/124.0",
    "zalo, android": PHONE.format(model="SM-A155F Build/UP1A") + " Mobile Safari/537.36 Zalo android/24110",
    "zalo, iphone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Mobile/15E1 Zalo iOS/600",
    "facebook": PHONE.format(model="CPH2471") + " Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/480.0.0.54.88;IABMV/1;]",
    "facebook alone": "[FBAN/FB4A;FBAV/83.0;FBMF/OPPO;FBPN/com.facebook.katana;FBDV/CPH1701]",
    "instagram": PHONE.format(model="S2")
    + " Mobile Safari/537.36 Instagram 300.0 Android (33/13; CUBOT; P80; mt6765; vi_VN)",
    "cubot": "Mozilla/5.0 (Linux; Android 12; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0",
    "model in brackets": "Mozilla/5.0 (Linux; Android 11; core bot (2022)) AppleWebKit/537.36 Chrome/109",
    "viber": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537.36 Chrome/87.0 Safari/537.36 Viber",
    "slack": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Slack/4.4.2 Chrome/78.0 Electron/7.2.1 Safari/537.36",
    "old explorer": "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET4.0C; .NET CLR 2.0.50727)",
    "phone app": "Dalvik/2.1.0 (Linux; U; Android 9; Vsmart Joy 2)",
}
ROBOTS = {
    "googlebot": "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/M) AppleWebKit/537.36 (compatible; Googlebot/2.1; +http://g.co)",
    "bingbot": "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "coc coc's crawler": "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "curl": "curl/8.5.0",
    "httpx": "python-httpx/0.28.1",
    "okhttp": "okhttp/4.12.0",
    "headless": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120",
    "no platform": "Mozilla/5.0 Something",
    "mail address": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/52.0 me@somewhere.example",
    "unheard of": "NobodyKnowsMe",
    "says compatible": "Mozilla/5.0 (compatible; Whatever 1.0; Windows)",
    "nutch": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Nutch",
}
PREVIEWS = {
    "Facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Zalo": "ZaloPC-win32-24v2",
    "Telegram": "TelegramBot (like TwitterBot)",
    "Viber": "Viber/13.9.2",
    "WhatsApp": "WhatsApp/2.23.20.0 A",
    "X": "Twitterbot/1.0",
    "LinkedIn": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Skype": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Discord": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Previewer": "AnybodysLinkPreview/1.0",
}


def classifier(*robots: str, ignored: frozenset[str] = frozenset(), people: tuple[str, ...] = ()) -> AgentClassifier:
    return AgentClassifier(AgentLists(robots=robots, previews=(), people=people, ignored=ignored, version="test 1"))


@pytest.mark.parametrize("agent", PERSONS.values(), ids=PERSONS)
def test_browsers_and_in_app_browsers_are_persons(agent: str) -> None:
    assert agent_classifier().classify(agent).kind is AgentKind.PERSON


@pytest.mark.parametrize("agent", ROBOTS.values(), ids=ROBOTS)
def test_programs_are_robots(agent: str) -> None:
    verdict = agent_classifier().classify(agent)
    assert verdict.kind is AgentKind.ROBOT
    assert verdict.name


@pytest.mark.parametrize(("service", "agent"), PREVIEWS.items(), ids=PREVIEWS)
def test_messengers_that_fetch_a_card_are_previews(service: str, agent: str) -> None:
    verdict = agent_classifier().classify(agent)
    assert (verdict.kind, verdict.name) == (AgentKind.PREVIEW, service)


def test_meta_s_other_fetcher_is_a_preview_too() -> None:
    assert agent_classifier().classify("meta-externalagent/1.1").kind is AgentKind.PREVIEW


@pytest.mark.parametrize("agent", [None, "", "   ", "-", '""', "()"])
def test_who_says_nothing_is_empty(agent: str | None) -> None:
    assert agent_classifier().classify(agent).kind is AgentKind.EMPTY


def test_a_verdict_never_repeats_what_the_caller_sent() -> None:
    agent = "Evil<script>bot/1.0 (+http://secret.example)"
    assert agent_classifier().classify(agent).name in {"no browser", "address", "tool word"}


def test_the_version_names_every_list() -> None:
    version = agent_classifier().list_version
    assert "counter-robots 20" in version
    assert "crawler-user-agents 1." in version
    assert "lantoa 20" in version


def test_the_lists_are_read_whole() -> None:
    lists = load_lists()
    assert len(lists.robots) > 1500
    assert lists.ignored <= set(lists.robots)
    assert agent_classifier() is agent_classifier()


def test_a_bare_word_counts_only_as_a_whole_word() -> None:
    judge = classifier("quokka").classify
    assert judge("Mozilla/5.0 (Windows NT 10.0) Quokka/1").name == "quokka"
    assert judge("Mozilla/5.0 (Windows NT 10.0) Quokkaplay/1").kind is AgentKind.PERSON


def test_a_pattern_that_fits_everything_is_left_out() -> None:
    judge = classifier("^.?$", ".*", "(x)?").classify
    assert judge(PERSONS["chrome"]).kind is AgentKind.PERSON


def test_ignored_patterns_are_left_out_and_people_s_words_blanked() -> None:
    judge = classifier("wombat", "quokka", ignored=frozenset({"wombat"}), people=("quokka phone",)).classify
    assert judge("Mozilla/5.0 (Windows NT 10.0) Wombat").kind is AgentKind.PERSON
    assert judge("Mozilla/5.0 (Windows NT 10.0) Quokka Phone").kind is AgentKind.PERSON
    assert judge("Mozilla/5.0 (Windows NT 10.0) Quokka").kind is AgentKind.ROBOT


@pytest.mark.parametrize(
    ("pattern", "agent"),
    [
        (r"ab?cdef\/", "Mozilla/5.0 (Windows) acdef/"),
        (r"[qQ]uok+a", "Mozilla/5.0 (Windows) Quokkka"),
        (r"wom|quok", "Mozilla/5.0 (Windows) quokka"),
        (r"wombat\.x\d", "Mozilla/5.0 (Windows) Wombat.x7"),
        (r"wo{1,2}mba", "Mozilla/5.0 (Windows) woombat"),
        (r"x\d{2}", "Mozilla/5.0 (Windows) x12"),
        (r"đà điểu", "Mozilla/5.0 (Windows) Đà điểu"),
    ],
)
def test_the_cheap_look_before_never_hides_a_match(pattern: str, agent: str) -> None:
    assert classifier(pattern).classify(agent).kind is AgentKind.ROBOT


def test_a_phone_s_model_is_blanked_but_not_a_robot_that_stands_beside_it() -> None:
    assert "cubot" not in without_device("mozilla/5.0 (linux; android 7.0; cubot x18) applewebkit/537.36")
    assert "somebot" in without_device("mozilla/5.0 (linux; android 7.0; x; compatible; somebot) applewebkit/537.36")


@pytest.mark.parametrize(
    "agent",
    [
        "a" * 60_000,
        "Mozilla/5.0 (Linux; Android 10; " + "a" * 60_000,
        "Mozilla/5.0 (Linux; " + "android 1;" * 6_000,
        "iphone " + "com." * 15_000,
        "iphone" + " at a." * 10_000,
        string.printable * 600,
    ],
)
def test_a_60_kb_agent_costs_a_call_some_milliseconds_at_most(agent: str) -> None:
    judge = agent_classifier()
    judge.classify("warm")
    start = time.monotonic()
    judge.classify(agent)
    assert time.monotonic() - start < 0.1  # about 1 ms; the margin is for a busy machine


def test_only_the_front_of_an_agent_is_read() -> None:
    padded = PERSONS["chrome"] + " " * LONGEST_AGENT
    assert agent_classifier().classify(padded + "Googlebot").kind is AgentKind.PERSON
