from __future__ import annotations

import string
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.address import AddressPolicy, Ground
from crawler.spelling import Fault, Target, read_url
from tracker.domain.errors import AppError, Code

STRICT = AddressPolicy.parse([])

INWARD = [
    "http://127.0.0.1/",
    "http://127.8.8.8/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001",
    "http://0177.0.0.1/",
    "http://00177.1/",
    "http://0x7f.0.0.0x1/",
    "http://127.0.0.1./",
    "http://127.0.0.1.:80/",
    "http://4294967296/",
    "http://1.2.3.4.5/",
    "http://256.1.1.1/",
    "http://1..2.3/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.0.0.1/",
    "http://127%2e0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.255.255.254/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://192.168.1.1/",
    "http://198.18.0.1/",
    "http://198.51.100.7/",
    "http://203.0.113.9/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://0251.0376.0251.0376/",
    "http://2852039166/",
    "http://08.8.8.8/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:1.1.1.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1:a00:0:100::]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3f57:fdf2]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fe80::1%lo]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[100::1]/",
    "http://[ff02::1]/",
    "http://[::1",
    "http://[::1]x/",
    "http://[127.0.0.1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "https://a.localhost/",
    "http://metadata/",
    "http://instance-data/latest",
    "http://metadata.google.internal/",
    "http://metadata.tencentyun.com./",
    "http://router.local/",
    "http://nas.lan/",
    "http://x.home.arpa",
    "http://o177.0.0.1/",
]

TRICKS = [
    "http://127.0.0.1:80\\@example.vn/",
    "http://example.vn\\@127.0.0.1/",
    "http:\\\\127.0.0.1/",
    "http://example.vn:80+&@127.0.0.1/#+@example.vn/",
    "http://user:secret@example.vn/",
    "http://@example.vn/",
    "http://example.vn:8080/",
    "http://example.vn:0/",
    "http://example.vn:65616/",
    "http://example.vn:+80/",
    "http://example.vn:８０/",
    "http://example.vn:8_0/",
    "http://example.vn:80:80/",
    "http://exa\tmple.vn/",
    "http://example.vn/\r\nHost: 127.0.0.1",
    "http://example.vn/a\x00b",
    "http://example.vn /",
    " http://example.vn/",
    "http:///example.vn/",
    "http:/example.vn/",
    "http:example.vn",
    "http://",
    "http://./",
    "http://example..vn/",
    "http://-example.vn/",
    "http://exa%6dple.vn/",
    "http://xn--/",
    "http://xn--a.vn/",
    "http://xn--zzzzzz.vn/",
    "http://exa\u200bmple.vn/",
    "http://" + "a" * 64 + ".vn/",
    "http://" + "a." * 130 + "vn/",
    "http://example.vn/" + "a" * 9000,
    "//example.vn/",
    "example.vn",
    "",
]
OTHER_SCHEMES = [
    "file:///etc/passwd",
    "ftp://example.vn/",
    "gopher://example.vn:70/_",
    "data:text/html,x",
    "unix:/run/x",
    "jar:http://example.vn!/",
    "javascript:alert(1)",
    "dict://example.vn:11211/",
    "source:file:///etc/passwd",
    "view-source:http://example.vn/",
    "ws://example.vn/",
]

PUBLIC = [
    "http://example.vn/",
    "https://example.vn",
    "HTTPS://EXAMPLE.VN/Tin",
    "http://example.vn:80/rss",
    "http://example.vn:443/",
    "https://example.vn:/",
    "https://example.vn./",
    "http://1.1.1.1/",
    "http://[2606:4700::1111]/",
    "https://bao-moi.example.vn/tin?u=http://127.0.0.1/",
    "https://báo.vn/",
    "https://xn--bo-mia.vn/",
    "https://example.vn/à/b?q=\\",
    "http://a_b.example.vn/",
    "https://1.example.vn/",
]


@pytest.mark.parametrize("url", INWARD)
def test_an_inward_address_is_refused_in_any_spelling(url: str) -> None:
    assert not STRICT.judge_url(url).allowed


@pytest.mark.parametrize("url", TRICKS)
def test_a_text_that_two_parsers_could_read_differently_is_refused(url: str) -> None:
    assert not STRICT.judge_url(url).allowed


@pytest.mark.parametrize("url", OTHER_SCHEMES)
def test_only_http_is_spoken(url: str) -> None:
    judged = STRICT.judge_url(url)
    assert (judged.allowed, judged.ground) == (False, Ground.UNREADABLE)


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_address_is_allowed(url: str) -> None:
    assert STRICT.judge_url(url).allowed


def test_an_address_in_figures_is_never_taken_for_a_mere_misspelling() -> None:
    grounds = {STRICT.judge_url(url).ground for url in ("http://127.1/", "http://①②⑦.1/", "http://[fe80::1%25lo]/")}
    assert grounds == {Ground.ADDRESS}


def test_what_was_read_is_given_with_the_judgement() -> None:
    judged = STRICT.judge_url("https://BÁO.vn:443/tin")
    assert judged.target == Target(scheme="https", host="xn--bo-mia.vn", port=443, ip=None)


@pytest.mark.parametrize(
    ("entry", "url", "allowed"),
    [
        ("127.0.0.2", "http://127.0.0.2:8081/", True),
        ("127.0.0.2", "http://127.0.0.1:8081/", False),
        ("127.0.0.2", "http://127.2/", False),
        ("127.0.0.2:8081", "http://127.0.0.2:8081/", True),
        ("127.0.0.2:8081", "http://127.0.0.2/", False),
        ("127.0.0.2:80", "http://127.0.0.2/", True),
        ("10.0.0.0/8", "http://10.9.8.7:3000/", True),
        ("10.0.0.0/8", "http://11.0.0.1:3000/", False),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("::1", "http://[0:0::1]/", True),
        ("fd00::/8", "http://[fd12::1]:99/", True),
        ("fe80::/10", "http://[fe80::1%25lo]/", False),
        ("127.0.0.1", "http://localhost:8000/", True),
        ("localhost:8000", "http://localhost:8000/", True),
        ("localhost:8000", "http://localhost:8001/", False),
        ("tin.noibo.internal", "http://tin.noibo.internal:8080/", True),
        ("TIN.Noibo.internal.", "http://tin.noibo.internal/", True),
        ("noibo.internal", "http://tin.noibo.internal/", False),
        ("báo.local", "http://xn--bo-mia.local/", True),
        ("8.8.8.8:8080", "http://8.8.8.8:8080/", True),
    ],
)
def test_a_listed_host_network_or_port_is_reached_and_nothing_beside_it(entry: str, url: str, *, allowed: bool) -> None:
    assert AddressPolicy.parse([f" {entry} ", ""]).judge_url(url).allowed is allowed


@pytest.mark.parametrize(
    "entry",
    [
        *("0.0.0.0/0", "::/0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/8:80", "host/24", "http://10.0.0.1", "a b"),
        *(
            "127.1",
            "2130706433",
            "host:0",
            "host:99999",
            "host:http",
            "*.internal",
            "a@b",
            "[::1",
            "host?",
            "host#x",
            ":80",
        ),
    ],
)
def test_a_wrong_entry_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(AppError) as caught:
        AddressPolicy.parse(["10.0.0.0/8", entry])
    assert caught.value.code is Code.SETTINGS_INVALID
    assert "LANTOA_ALLOW_PRIVATE_HOSTS" in caught.value.detail


@pytest.mark.parametrize(
    ("ip", "allowed"),
    [
        *(("10.1.1.1", True), ("127.0.0.1", True), ("192.168.3.4", True), ("fd00::1", True), ("93.184.216.34", True)),
        *(("169.254.169.254", False), ("100.100.100.200", False), ("0.1.2.3", False), ("224.0.0.1", False)),
        *(
            ("fe80::1", False),
            ("fd00::1%lo", False),
            ("fd00:ec2::254", False),
            ("::ffff:10.0.0.1", False),
            ("64:ff9b::a00:1", False),
        ),
    ],
)
def test_a_listed_name_may_lead_into_the_office_but_never_to_a_metadata_service(ip: str, *, allowed: bool) -> None:
    policy = AddressPolicy.parse(["tin.noibo.vn"])
    assert policy.judge_ip(ip_address(ip), 8080, "tin.noibo.vn").allowed is allowed


def test_a_public_address_on_another_port_is_refused_when_connecting_too() -> None:
    judged = STRICT.judge_ip(ip_address("93.184.216.34"), 8080, "example.vn")
    assert (judged.allowed, judged.ground) == (False, Ground.PORT)


@given(st.ip_addresses(v=4), st.sampled_from(["{0}", "{1}", "{2:#x}", "{2:#o}", "{3}"]))
def test_no_spelling_of_an_ipv4_address_says_more_than_its_plain_one(ip: object, form: str) -> None:
    plain = ip_address(str(ip))
    number = int(plain)
    octal = ".".join(f"0{int(part):o}" for part in str(plain).split("."))
    spelt = form.format(plain, number, number, octal)
    assert not STRICT.judge_url(f"http://{spelt}/").allowed or STRICT.judge_ip(plain, 80).allowed


@given(st.text(alphabet=string.printable + "。①\u200b[]@\\:%/.", max_size=40))
def test_reading_an_address_never_fails(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.vn{text}"):
        assert isinstance(read_url(url), Target | Fault)
        assert STRICT.judge_url(url).reason
