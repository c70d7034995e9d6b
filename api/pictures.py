"""Pictures of the house as an answer: private, never sniffed, never run."""

from __future__ import annotations

from fastapi import Response

from tracker.services.evidence_files import PICTURE_TYPE


def picture(content: bytes) -> Response:
    """Answer a picture that was drawn anew when it came."""
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'inline; filename="anh.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=PICTURE_TYPE, headers=headers)
