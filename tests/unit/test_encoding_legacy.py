from __future__ import annotations

import json

import pytest

from crawler.encoding_legacy import find_legacy
from crawler.parse_worker import parse_feed

PLAIN = (
    "Đảng bộ huyện tổ chức hội nghị sơ kết công tác xây dựng Đảng, khen thưởng các tập thể có thành tích xuất sắc "
    "trong học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh; đất nước đổi mới từng ngày"
)
TCVN3 = (
    "§¶ng bé huyÖn tæ chøc héi nghÞ s¬ kÕt c«ng t¸c x©y dùng §¶ng, khen th­ëng c¸c tËp thÓ cã thµnh tÝch xuÊt s¾c "
    "trong häc tËp vµ lµm theo t­ t­ëng, ®¹o ®øc, phong c¸ch Hå ChÝ Minh; ®Êt n­íc ®æi míi tõng ngµy"
)
VNI = (
    "Ñaûng boä huyeän toå chöùc hoäi nghò sô keát coâng taùc xaây döïng Ñaûng, khen thöôûng caùc taäp theå coù thaønh "
    "tích xuaát saéc trong hoïc taäp vaø laøm theo tö töôûng, ñaïo ñöùc, phong caùch Hoà Chí Minh; ñaát nöôùc ñoåi môùi"
)
OTHERS = (
    "Où étaient les élèves naïfs au mois d'août? Leur maître a goûté un gâteau; le préfet était là, le maïs aussi.",
    "Eivät he tiedä mitä äiti sanoi: että meidän pitää mennä kylään, mieltä ei saa menettää näinä päivinä.",
    "Übermorgen hören wir über größere Häuser, schöne Bäume, süße Äpfel und müde Väter in München sprechen.",
    "Não são três irmãos: são dois, à tarde, até às cinco; você também não vê a razão, é a ação que dói.",
    "Apple® und Windows® kosten 5¼ % mehr; siehe §5 und §6, © 2026, 20µm, 3½ Stück, 10° und 12·5 hier.",
    "På søndag går vi på fjället; blåbær og rødgrød, så kører vi hjem til Århus over øen, når året går.",
)


@pytest.mark.parametrize(
    ("text", "name"),
    [(TCVN3, "TCVN3"), (VNI, "VNI"), (PLAIN.encode().decode("cp1252", "replace"), "UTF-8 read as windows-1252")],
)
def test_vietnamese_of_before_unicode_is_known_by_its_letters(text: str, name: str) -> None:
    assert find_legacy(text) == name


@pytest.mark.parametrize("text", [PLAIN, "", "Hello, world", *OTHERS])
def test_other_text_is_not_taken_for_it(text: str) -> None:
    assert find_legacy(text) is None


@pytest.mark.parametrize("text", [TCVN3, VNI])
def test_a_feed_in_such_text_is_refused_by_name_and_not_converted(text: str) -> None:
    items = "".join(
        f"<item><title>{text[n:]}</title><link>https://bao.example.vn/{n}.html</link></item>" for n in (0, 9)
    )
    body = f"<?xml version='1.0' encoding='windows-1252'?><rss><channel>{items}</channel></rss>"
    answer = json.loads(parse_feed(body.encode("cp1252"), {"content_type": "", "base_url": None, "whole": False}))
    assert answer["code"] == "encoding"


def test_windows_1258_is_read_with_its_marks_composed() -> None:
    title = "Đảng viên học tập".replace("ả", "a\u0309").replace("ọ", "o\u0323").replace("ậ", "â\u0323")
    item = f"<item><title>{title}</title></item>"
    body = f"<?xml version='1.0' encoding='windows-1258'?><rss><channel>{item}</channel></rss>"
    answer = json.loads(parse_feed(body.encode("cp1258"), {"content_type": "", "base_url": None, "whole": False}))
    assert answer["feed"]["items"][0]["title"] == "Đảng viên học tập"
