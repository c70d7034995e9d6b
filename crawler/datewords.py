"""Words in dates: months, zones, halves of the day, in the languages outlets print. Folded: lower case, no marks."""

from __future__ import annotations

from typing import Final

# Stems: what a month's word begins with in English, French, German, Spanish, Italian, Portuguese, Dutch, Hungarian,
# Russian or Greek. They are looked for only where a month must stand.
MONTH_STEMS: Final = (
    ("jan", "ene", "gen", "ιαν", "янв"),
    ("feb", "fev", "φεβ", "фев"),
    ("mar", "maa", "maerz", "mrz", "mrt", "μαρ", "мар"),
    ("apr", "abr", "avr", "απρ", "апр"),
    ("mai", "may", "maj", "mag", "mei", "μαι", "маи", "мая"),
    ("jun", "juin", "giu", "ιουν", "июн"),
    ("jul", "juil", "lug", "ιουλ", "июл"),
    ("aug", "aou", "ago", "αυγ", "авг"),
    ("sep", "set", "szept", "σεπ", "сен"),
    ("okt", "oct", "out", "ott", "οκτ", "окт"),
    ("nov", "νοε", "ноя"),
    ("dec", "dez", "dic", "δεκ", "дек"),
)
MONTH_OF_STEM: Final = {stem: number for number, stems in enumerate(MONTH_STEMS, 1) for stem in stems}
MONTH: Final = "(?:" + "|".join(sorted(MONTH_OF_STEM, key=len, reverse=True)) + r")[^\W\d_]{0,8}"
# As Vietnamese counts them, after "tháng"; the longer ones first, for eleven begins with ten.
VIETNAMESE_MONTHS: Final = {
    "muoi mot": 11,
    "muoi hai": 12,
    "gieng": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "chap": 12,
}
MONTH_IN_VIETNAMESE: Final = "(?:" + "|".join(VIETNAMESE_MONTHS) + ")"

# Minutes east of Greenwich. North American abbreviations as in RFC 822; ICT is ours.
ZONES: Final = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "ict": 420,
    "indochina time": 420,
    "est": -300,
    "edt": -240,
    "et": -300,
    "cst": -360,
    "cdt": -300,
    "ct": -360,
    "mst": -420,
    "mdt": -360,
    "mt": -420,
    "pst": -480,
    "pdt": -420,
    "pt": -480,
    "akst": -540,
    "akdt": -480,
    "hst": -600,
    "ast": -240,
    "adt": -180,
    "at": -240,
    "bst": 60,
    "west": 60,
    "cet": 60,
    "cest": 120,
    "mez": 60,
    "mesz": 120,
    "sast": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "wib": 420,
    "hkt": 480,
    "sgt": 480,
    "pht": 480,
    "myt": 480,
    "awst": 480,
    "jst": 540,
    "kst": 540,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
}
ZONE: Final = "|".join(zone if zone != "at" else "at$" for zone in sorted(ZONES, key=len, reverse=True))

FORENOON: Final = frozenset({"am", "sa", "sang", "오전", "上午", "午前"})
AFTERNOON: Final = frozenset({"pm", "ch", "chieu", "toi", "오후", "下午", "午後"})


def month_of(word: str) -> int:
    """Give the number of the month that a word names; the word was found by MONTH or MONTH_IN_VIETNAMESE."""
    if word.startswith("thang "):
        return VIETNAMESE_MONTHS[word.removeprefix("thang ")]
    return next(MONTH_OF_STEM[word[:length]] for length in (5, 4, 3) if word[:length] in MONTH_OF_STEM)
