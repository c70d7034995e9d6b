"""Addresses as QR codes, drawn here and fetched from nobody: for a screen at a meeting, and for print."""

from __future__ import annotations

import io

import segno

SCALE = 8


def draw(address: str) -> bytes:
    """Draw an address as an SVG file."""
    drawn = io.BytesIO()
    _code(address).save(drawn, kind="svg", scale=SCALE, xmldecl=False, nl=False, light="#fff")
    return drawn.getvalue()


def data_uri(address: str) -> str:
    """Draw an address as the source of an image that stands in the page itself: no request tells it to anybody."""
    return _code(address).svg_data_uri(scale=SCALE, xmldecl=False, nl=False, light="#fff")


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
