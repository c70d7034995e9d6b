from __future__ import annotations

import itertools
import json
import random  # noqa: TID251 - only in seeded instances
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.duplicates import METHOD, Clusters, fingerprint
from lantoa.cli.inspect import inspect
from tests import texts
from tracker.domain.fingerprints import (
    BANDS,
    COMPARED_MOST,
    COPY_PERMILLE,
    HASHES,
    LEAST_PERMILLE,
    MEMBERS_COMPARED,
    alike_permille,
    bands,
    choose,
    first_affordable,
)

STORY = texts.words(300, seed=1)
SCORER = Path(__file__).resolve().parents[3] / "shared" / "exam" / "score.py"


def alike(one: str, other: str) -> int:
    return alike_permille(texts.print_of(one).signature, texts.print_of(other).signature)


def shares(one: str, other: str) -> int:
    """Reckon exactly, from the texts, what the fingerprints estimate."""
    a, b = (texts.shingles(text) for text in (one, other))
    return len(a & b) * 1000 // len(a | b)


# ---------------------------------------------------------------- fingerprints
def test_a_text_is_wholly_like_itself_whatever_its_marks_case_and_punctuation() -> None:
    told = "Đồng chí Bí thư Tỉnh uỷ đã dự, phát biểu chỉ đạo Hội nghị sơ kết. " + STORY
    assert alike(told, told.upper().replace(",", " –").replace("Ỷ", "y")) == 1000


def test_texts_of_strangers_share_next_to_nothing() -> None:
    assert alike(STORY, texts.words(300, seed=2)) < 30


@pytest.mark.parametrize("changed", [1, 3, 6, 10, 15, 25, 40])
def test_the_estimate_is_near_the_exact_share(changed: int) -> None:
    for seed in range(5):
        story = texts.words(400, seed=100 + seed)
        edited = texts.edited(story, changed, seed=seed)
        assert abs(alike(story, edited) - shares(story, edited)) < 65  # three standard deviations


def test_the_lead_does_not_count_for_each_newsroom_writes_its_own() -> None:
    one, other = texts.words(60, seed=8), texts.words(60, seed=9)
    assert alike(f"{one}\n{STORY}", f"{other}\n\n{STORY}") == 1000
    assert alike(f"{one} {STORY}", f"{other} {STORY}") < 800


def test_a_first_paragraph_that_is_most_of_the_text_is_no_lead() -> None:
    assert alike(f"{STORY}\nTheo TTXVN", STORY) > 950
    short = texts.words(60, seed=8)
    assert alike(f"{short}\n{texts.words(70, seed=9)}", f"{short}\n{texts.words(70, seed=10)}") > 250


@pytest.mark.parametrize("text", ["", "\n \n", "!!! ...", "Ảnh: TTXVN", texts.words(43, seed=1), "giá vàng " * 500])
def test_a_text_of_few_word_sequences_gets_no_verdict(text: str) -> None:
    assert fingerprint(text) is None


def test_a_text_just_long_enough_has_a_fingerprint_of_a_byte_a_hash() -> None:
    found = texts.print_of(texts.words(44, seed=1))
    assert (found.method, len(found.signature), found.word_count) == (METHOD, HASHES, 44)


def test_the_way_of_making_fingerprints_has_not_changed_under_its_name() -> None:
    """What is stored can be compared only as long as this holds; where it must break, METHOD gets another name."""
    assert METHOD == "words5-minhash512x8-1-rensa2"
    assert texts.print_of(" ".join(f"chữ{n}" for n in range(100))).signature[:16].hex() == texts.PINNED


def test_fingerprints_are_the_same_in_another_process() -> None:
    code = "import sys; from crawler.duplicates import fingerprint; print(fingerprint(sys.argv[1]).signature.hex())"
    command = [sys.executable, "-c", code, STORY]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own code
    assert told.stdout.strip() == texts.print_of(STORY).signature.hex()


@pytest.mark.thorough
def test_a_text_of_megabytes_costs_no_more_than_its_beginning() -> None:
    found = texts.print_of(f"{texts.words(60, seed=8)}\n" + texts.words(500_000, seed=3))
    assert found.word_count < 100_000


def test_signatures_of_another_length_are_not_compared() -> None:
    with pytest.raises(ValueError, match="length"):
        alike_permille(bytes(HASHES), bytes(HASHES // 2))


# ---------------------------------------------------------------- candidates and clusters
def test_copies_at_the_threshold_have_a_bucket_in_common_and_strangers_have_none() -> None:
    missed = strangers = 0
    rounds = 200
    chance = random.Random(5)  # noqa: S311 - made-up signatures
    for _ in range(rounds):
        one = chance.randbytes(HASHES)
        copy = bytes(b if chance.random() < COPY_PERMILLE / 1000 else chance.randrange(256) for b in one)
        missed += not set(bands(one)) & set(bands(copy))
        strangers += bool(set(bands(one)) & set(bands(chance.randbytes(HASHES))))
    assert missed <= rounds // 50
    assert strangers == 0
    assert len(bands(bytes(HASHES))) == BANDS


def test_the_group_most_alike_is_chosen_and_the_first_of_equals() -> None:
    base = bytes(HASHES)
    near, nearer = bytes(400) + b"\1" * 112, bytes(500) + b"\1" * 12
    assert choose(base, {"near": [near], "nearer": [nearer]}) == "nearer"
    assert choose(base, {"one": [near], "two": [near]}) == "one"
    assert choose(base, {"far": [b"\1" * HASHES], "none": []}) is None


def test_no_more_fingerprints_are_compared_than_one_round_may_weigh() -> None:
    assert first_affordable({"first": 3, "second": 1, "third": 32, "fourth": 1}, 35) == ["first", "second"]
    clusters = dict.fromkeys(range(COMPARED_MOST), MEMBERS_COMPARED)
    assert len(first_affordable(clusters)) == COMPARED_MOST // MEMBERS_COMPARED


def test_one_member_that_is_too_far_keeps_a_text_out() -> None:
    base, far = bytes(HASHES), bytes(HASHES // 2 - 10) + b"\1" * (HASHES // 2 + 10)
    assert alike_permille(base, far) < LEAST_PERMILLE
    assert choose(base, {"mixed": [base] * 9 + [far]}) is None
    assert choose(base, {"crowd": [base] * MEMBERS_COMPARED + [far]}) == "crowd"


def test_copies_join_the_earliest_and_strangers_stand_alone() -> None:
    clusters = Clusters()
    other = texts.words(300, seed=2)
    told = [
        clusters.place(t) for t in (STORY, other, texts.edited(STORY, 5, seed=1), STORY, texts.edited(other, 4, seed=1))
    ]
    assert [p.cluster for p in told] == [0, 1, 0, 0, 1]
    assert [p.first for p in told] == [0, 1, 0, 0, 1]
    assert told[0].alike_permille == told[3].alike_permille == 1000
    assert COPY_PERMILLE <= (told[2].alike_permille or 0) < 1000


def test_a_chain_of_small_changes_does_not_glue_its_ends() -> None:
    clusters, story, chain = Clusters(), STORY, [STORY]
    for turn in range(24):
        story = texts.edited(story, 8, seed=50 + turn)
        chain.append(story)
    assert min(shares(a, b) for a, b in itertools.pairwise(chain)) > 700
    assert shares(chain[0], chain[-1]) < 120
    placed = [clusters.place(text).cluster for text in chain]
    assert placed[0] != placed[-1]
    for one in range(len(chain)):
        for other in range(one):
            assert placed[one] != placed[other] or shares(chain[one], chain[other]) > 430


def test_press_releases_under_one_title_with_different_texts_stay_apart() -> None:
    title = "Thông cáo báo chí Kỳ họp của Uỷ ban Kiểm tra Trung ương. "
    clusters = Clusters()
    assert [clusters.place(title + texts.words(200, seed=s)).cluster for s in range(4)] == [0, 1, 2, 3]


def test_texts_too_short_to_tell_stand_alone_even_when_equal() -> None:
    clusters = Clusters()
    placed = [clusters.place("Ảnh: Văn Minh"), clusters.place("Ảnh: Văn Minh")]
    assert [(p.cluster, p.first, p.alike_permille) for p in placed] == [(0, 0, None), (1, 1, None)]


# ---------------------------------------------------------------- the command
def run(*arguments: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    ran = CliRunner().invoke(inspect, ["duplicates", *arguments], input=stdin)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.isascii()
    return [json.loads(line) for line in ran.stdout.split("\n") if line]


def line(known: object, text: object) -> bytes:
    return json.dumps({"id": known, "title": "t", "text": text}).encode() + b"\n"


def test_the_command_answers_in_order_and_names_the_earliest(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_bytes(
        line("a", STORY) + line(7, texts.words(300, seed=2)) + line("c\ud800", texts.edited(STORY, 3, seed=1))
    )
    first, other, copy = run(str(file))
    assert first == {"id": "a", "cluster": 0, "of": "a", "similarity": 1.0, "error": None}
    assert (other["id"], other["cluster"], other["of"]) == (7, 1, 7)
    assert (copy["id"], copy["cluster"], copy["of"]) == ("c\ud800", 0, "a")
    assert 0.67 <= copy["similarity"] < 1


BAD = [
    b"\n",
    b"no json\n",
    b"\xff\xfe\n",
    b"[1]\n",
    b"[" * 100_000 + b"\n",
    b'{"id": ' + b"9" * 5000 + b', "text": ""}\n',
    b'{"id": true, "text": "a"}\n',
    b'{"id": null, "text": "a"}\n',
    b'{"id": 1.5, "text": "a"}\n',
    b'{"id": "a"}\n',
    b'{"id": "a", "text": null}\n',
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: repr(bad[:24]))
def test_a_bad_line_gets_a_record_with_an_error_and_the_run_goes_on(bad: bytes) -> None:
    wrong, good = run(stdin=bad + line("a", STORY))
    assert (wrong["id"], wrong["cluster"], wrong["of"], wrong["similarity"]) == (None, None, None, None)
    assert wrong["error"]["code"] == "line.unreadable"
    assert (good["id"], good["of"], good["error"]) == ("a", "a", None)


def test_a_line_without_end_costs_a_record_and_not_the_memory() -> None:
    huge = line("a", "x" * (9 << 20))
    wrong, good, last = run(stdin=huge + line("b", STORY) + line("c", STORY).strip())
    assert wrong["error"]["code"] == "line.unreadable"
    assert (good["id"], last["id"], last["of"]) == ("b", "c", "b")


def test_a_file_that_cannot_be_read_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(line("b", STORY))
    missing, good = run(str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"))
    assert (missing["error"]["code"], good["id"]) == ("file.unreadable", "b")


def test_an_empty_file_gives_nothing() -> None:
    assert run() == []


# ---------------------------------------------------------------- labelled Vietnamese articles, where they are at hand
@pytest.mark.thorough
@pytest.mark.skipif(not SCORER.exists(), reason="the exam's material is not beside the checkout")
def test_copies_of_the_labelled_set_are_found_and_nothing_distinct_is_merged() -> None:
    command = [sys.executable, str(SCORER), "duplicates", "--lantoa", f"{sys.executable} -m lantoa"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)  # noqa: S603 - our own code
    told = [row.split()[:2] for row in ran.stdout.splitlines()]
    figures = {name.rpartition(".")[2]: float(value) for name, value in told}
    assert figures["copies_found"] >= 0.96
    assert figures["distinct_kept_apart"] == 1.0
    assert figures["related_merged"] <= 0.06
    assert figures["haystack_precision"] >= 0.98
    assert figures["haystack_recall"] >= 0.96
