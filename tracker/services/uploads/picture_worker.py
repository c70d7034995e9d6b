"""Remaking a picture, run only in the sandbox: bytes in; a bare JPEG, its thumbnail and their digest out.

What comes out was drawn anew: no metadata, nothing before, between or after the pixels.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps, WebPImagePlugin  # the plug-in is imported so that no others are looked for

from tracker.services.uploads.unpacking import pack

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("PNG", "JPEG", WebPImagePlugin.WebPImageFile.format)
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
PIXELS_MOST = 40_000_000
LONG_SIDE = 1600
THUMB_SIDE = 320
BYTES_WANTED = 200_000
QUALITIES = (85, 75, 65, 55)
SHRINK_TO = 0.75  # of its sides, where even the lowest quality is too large
# What also reads as a page, a program or a document is no picture, whatever it begins with.
FOREIGN = (b"<script", b"<svg", b"<html", b"<!doctype", b"<?php", b"<iframe", b"%pdf-", b"%!ps-adobe")
ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")


def remake_picture(payload: bytes, options: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the shape of a task
    """Give lengths, JSON, picture and thumbnail; or only JSON `{"refused": "type" | "pixels"}`."""
    if not _is_picture(payload):
        return pack({"refused": "type"})
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower and stands below
    with Image.open(io.BytesIO(payload), formats=FORMATS) as image:
        if image.width * image.height > PIXELS_MOST:
            return pack({"refused": "pixels"})
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        bare = _bare(image)
    told = {
        "width": bare.width,
        "height": bare.height,
        "pixels": hashlib.sha256(f"{bare.width}x{bare.height}\n".encode() + bare.tobytes()).hexdigest(),
    }
    return pack(told, _small_jpeg(bare), _thumbnail(bare))


def _is_picture(payload: bytes) -> bool:
    """Judge by the content alone: one of three beginnings, and nothing in it that other programs would take up."""
    webp = payload[:4] == b"RIFF" and payload[8:12] == b"WEBP"
    if not (webp or payload.startswith(SIGNATURES)):
        return False
    lowered = payload.lower()
    return not any(mark in lowered for mark in FOREIGN) and not all(mark in payload for mark in ARCHIVE)


def _bare(image: Image.Image) -> Image.Image:
    """Give the first frame upright, small and opaque, pasted into a picture of its own."""
    image.load()
    if image.mode not in {"RGB", "L"}:
        image = image.convert("RGBA")
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    image = ImageOps.exif_transpose(image)
    bare = Image.new("RGB", image.size, "white")
    bare.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return bare


def _small_jpeg(image: Image.Image) -> bytes:
    """Encode with the best quality that is small enough, else in smaller sides."""
    for quality in QUALITIES:
        found = _jpeg(image, quality)
        if len(found) <= BYTES_WANTED:
            return found
    sides = (max(1, int(image.width * SHRINK_TO)), max(1, int(image.height * SHRINK_TO)))
    return _jpeg(image.resize(sides), QUALITIES[-1])


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return _jpeg(small, QUALITIES[1])


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
