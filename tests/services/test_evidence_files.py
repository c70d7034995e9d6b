"""Pictures and documents as strangers send them: what is taken, what it becomes, what is refused."""

from __future__ import annotations

import datetime as dt
import io
import os
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, PngImagePlugin
from typing_extensions import override

from tracker.domain.errors import AppError, Code
from tracker.services import evidence_files
from tracker.services.evidence_files import FileRoom

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox

RED, BLUE = (200, 0, 0), (0, 0, 200)


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


@pytest.fixture
def sandbox(upload_sandbox: Sandbox) -> Sandbox:
    return upload_sandbox


@pytest.fixture
def room(sandbox: Sandbox, tmp_path: Path) -> FileRoom:
    return FileRoom(tmp_path / "evidence", sandbox)


def half_and_half(width: int = 400, height: int = 200) -> Image.Image:
    """Give a picture whose left half is red."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return image


def encoded(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_as_a_jpeg_of_our_own(room: FileRoom, kind: str) -> None:
    kept = evidence_files.store_picture(room, encoded(half_and_half(), kind))
    found = opened(evidence_files.read_file(room, kept.file_name))
    assert (kept.media_type, found.format, found.size) == ("image/jpeg", "JPEG", (400, 200))
    assert is_near(found.getpixel((10, 10)), RED)
    assert is_near(found.getpixel((390, 190)), BLUE)
    assert kept.byte_count == len(evidence_files.read_file(room, kept.file_name))
    assert kept.sha256 == evidence_files.digest(evidence_files.read_file(room, kept.file_name))


def test_a_photo_loses_place_time_and_comment_and_stands_upright(room: FileRoom) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "MayAnhCuaToi"
    exif.get_ifd(0x8825)[1] = "N"
    sent = encoded(half_and_half(), "JPEG", exif=exif, comment=b"ghi chu rieng", xmp=b"<x:xmpmeta>rieng</x:xmpmeta>")
    assert b"MayAnhCuaToi" in sent
    assert b"rieng" in sent
    kept = evidence_files.read_file(room, evidence_files.store_picture(room, sent).file_name)
    found = opened(kept)
    assert found.size == (200, 400)
    assert is_near(found.getpixel((100, 10)), RED)
    assert not found.getexif()
    assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not any(word in kept for word in (b"MayAnhCuaToi", b"rieng", b"Exif", b"http"))


def test_what_follows_the_pixels_of_a_cropped_screenshot_is_gone(room: FileRoom) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Nguyen Van An")
    sent = encoded(half_and_half(), "PNG", pnginfo=text) + b"phan anh da cat"
    kept = evidence_files.read_file(room, evidence_files.store_picture(room, sent).file_name)
    assert b"Nguyen" not in kept
    assert b"cat" not in kept


def test_a_large_photo_becomes_small_and_has_a_thumbnail(room: FileRoom) -> None:
    noisy = Image.effect_noise((3000, 2000), 60).convert("RGB")
    stored = evidence_files.store_picture(room, encoded(noisy, "JPEG", quality=95))
    found = opened(evidence_files.read_file(room, stored.file_name))
    assert max(found.size) <= 1600
    assert stored.byte_count <= 250_000
    thumbnail = evidence_files.read_thumbnail(room, stored.file_name)
    assert max(opened(thumbnail).size) <= 320
    assert len(thumbnail) < 60_000


def test_transparency_becomes_white(room: FileRoom) -> None:
    stored = evidence_files.store_picture(room, encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    assert is_near(opened(evidence_files.read_file(room, stored.file_name)).getpixel((9, 9)), (255, 255, 255))


def test_the_same_picture_is_known_by_its_pixels_however_it_was_packed(room: FileRoom) -> None:
    tight, loose = (
        evidence_files.prepare_picture(room, encoded(half_and_half(), "PNG", compress_level=n)) for n in (9, 0)
    )
    other = evidence_files.prepare_picture(room, encoded(half_and_half(402), "PNG"))
    assert tight.source_sha256 != loose.source_sha256
    assert tight.pixels_sha256 == loose.pixels_sha256 != other.pixels_sha256


def test_more_than_forty_megapixels_are_refused_before_they_are_unpacked(room: FileRoom) -> None:
    bomb = encoded(Image.new("1", (9_000, 9_000)), "PNG")
    assert len(bomb) < 100_000
    with refused(Code.EVIDENCE_SIZE):
        evidence_files.prepare_picture(room, bomb)


def test_more_than_ten_megabytes_are_refused(room: FileRoom) -> None:
    with refused(Code.EVIDENCE_SIZE):
        evidence_files.prepare_picture(room, b"\xff\xd8\xff" + bytes(10 << 20))


FOREIGN = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><title>x</title>",
    "pdf": b"%PDF-1.7\n1 0 obj\n",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "fits": b"SIMPLE  =                    T".ljust(2880),
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00/*<script>alert(1)</script>*/;",
    "bmp": b"BM" + bytes(60),
    "nothing": b"",
    "png and no more": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "jpeg and no more": b"\xff\xd8\xff\xe0" + bytes(40),
    "webp and no more": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_picture_of_the_three_kinds_is_refused(room: FileRoom, name: str) -> None:
    with refused(Code.EVIDENCE_TYPE):
        evidence_files.prepare_picture(room, FOREIGN[name])


@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"<HTML><body>", b"%PDF-1.4\n", b"PK\x03\x04aPK\x05\x06"]
)
def test_a_picture_that_is_something_else_too_is_refused(room: FileRoom, tail: bytes) -> None:
    with refused(Code.EVIDENCE_TYPE):
        evidence_files.prepare_picture(room, encoded(half_and_half(), "PNG") + tail)


def test_half_a_picture_is_refused(room: FileRoom) -> None:
    whole = encoded(Image.effect_noise((300, 300), 50).convert("RGB"), "PNG")
    with refused(Code.EVIDENCE_TYPE):
        evidence_files.prepare_picture(room, whole[: len(whole) // 2])


def test_names_are_random_and_nobody_elses_name_is_read(room: FileRoom, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    one, two = (evidence_files.store_picture(room, encoded(half_and_half(), "PNG")).file_name for _ in range(2))
    assert one != two
    for name in (
        "../secret",
        "../../secret",
        "",
        ".",
        "secret",
        f"{one}.s.s",
        f"{one}\0",
        f"/{one}",
        one.upper() + "G",
    ):
        with refused(Code.NOT_FOUND):
            evidence_files.read_file(room, name)


def test_a_removed_file_takes_its_thumbnail_along_and_may_be_removed_again(room: FileRoom) -> None:
    name = evidence_files.store_picture(room, encoded(half_and_half(), "PNG")).file_name
    room.remove(name)
    room.remove(name)
    for read in (evidence_files.read_file, evidence_files.read_thumbnail):
        with refused(Code.NOT_FOUND):
            read(room, name)


def test_a_folder_without_room_is_said_so_and_nothing_half_stays(sandbox: Sandbox, tmp_path: Path) -> None:
    room = FileRoom(tmp_path / "files", sandbox)
    prepared = evidence_files.prepare_picture(room, encoded(half_and_half(), "PNG"))
    full = _FullRoom(tmp_path / "files", sandbox)
    with refused(Code.STORE_FULL):
        evidence_files.keep(full, prepared)
    assert [p for p in (tmp_path / "files").rglob("*") if p.is_file()] == []


class _FullRoom(FileRoom):
    """A room whose disk is full once the picture itself stands."""

    @override
    def put_thumbnail(self, name: str, content: bytes) -> None:
        raise AppError(Code.STORE_FULL, f"{name}: {len(content)}")


def test_only_what_was_last_written_before_an_instant_is_listed(room: FileRoom, tmp_path: Path) -> None:
    name = evidence_files.store_picture(room, encoded(half_and_half(), "PNG")).file_name
    path = tmp_path / "evidence" / name[:2] / name
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    os.utime(path, (at.timestamp(), at.timestamp()))
    assert list(room.list_older(at)) == []
    assert list(room.list_older(at + dt.timedelta(seconds=1))) == [name]


def test_files_and_folders_are_the_owners_alone(room: FileRoom, tmp_path: Path) -> None:
    evidence_files.store_picture(room, encoded(half_and_half(), "PNG"))
    for path in (tmp_path / "evidence").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
