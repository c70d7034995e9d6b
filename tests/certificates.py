"""Certificates made on the spot (ECDSA P-256 in plain Python): no key lies in the repository. For tests only."""

from __future__ import annotations

import base64
import hashlib
import secrets
import ssl
import tempfile
import warnings
from pathlib import Path

# NIST P-256 (FIPS 186-4, D.1.2.3).
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int]

EC_KEY = bytes.fromhex("06072a8648ce3d0201")
CURVE = bytes.fromhex("06082a8648ce3d030107")
ECDSA_SHA256 = bytes.fromhex("06082a8648ce3d040302")
COMMON_NAME = bytes.fromhex("0603550403")
ALT_NAME = bytes.fromhex("0603551d11")
BASIC_CONSTRAINTS = bytes.fromhex("0603551d13")

VALID = ("000101000000Z", "490101000000Z")
EXPIRED = ("000101000000Z", "010101000000Z")


def _add(a: Point | None, b: Point | None) -> Point | None:
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if a[1] != b[1]:
            return None
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _multiply(k: int) -> Point:
    total: Point | None = None
    step: Point | None = G
    while k:
        if k & 1:
            total = _add(total, step)
        step = _add(step, step)
        k >>= 1
    assert total is not None
    return total


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    length = bytes([size]) if size < 0x80 else bytes([0x82, size >> 8, size & 0xFF])
    return bytes([tag]) + length + body


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _sign(key: int, message: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    nonce = secrets.randbelow(N - 1) + 1
    r = _multiply(nonce)[0] % N
    s = pow(nonce, -1, N) * (digest + r * key) % N
    return _der(0x30, _integer(r), _integer(s))


def _pem(label: str, der: bytes) -> str:
    text = base64.encodebytes(der).decode("ascii")
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n"


def make_certificate(name: str, dates: tuple[str, str] = VALID) -> tuple[str, str]:
    """Give a self-signed certificate for `name` and its key, both as PEM."""
    key = secrets.randbelow(N - 1) + 1
    point = b"\x00\x04" + b"".join(part.to_bytes(32, "big") for part in _multiply(key))
    algorithm = _der(0x30, ECDSA_SHA256)
    subject = _der(0x30, _der(0x31, _der(0x30, COMMON_NAME, _der(0x0C, name.encode("ascii")))))
    extensions = _der(
        0x30,
        _der(0x30, ALT_NAME, _der(0x04, _der(0x30, _der(0x82, name.encode("ascii"))))),
        _der(0x30, BASIC_CONSTRAINTS, _der(0x01, b"\xff"), _der(0x04, _der(0x30, _der(0x01, b"\xff")))),
    )
    inner = _der(
        0x30,
        _der(0xA0, _integer(2)),
        _integer(secrets.randbelow(2**60) + 1),
        algorithm,
        subject,
        _der(0x30, *(_der(0x17, date.encode("ascii")) for date in dates)),
        subject,
        _der(0x30, _der(0x30, EC_KEY, CURVE), _der(0x03, point)),
        _der(0xA3, extensions),
    )
    certificate = _der(0x30, inner, algorithm, _der(0x03, b"\x00" + _sign(key, inner)))
    private = _der(
        0x30, _integer(1), _der(0x04, key.to_bytes(32, "big")), _der(0xA0, CURVE), _der(0xA1, _der(0x03, point))
    )
    return _pem("CERTIFICATE", certificate), _pem("EC PRIVATE KEY", private)


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    """Give the TLS context of a site that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.pem"
        path.write_text(certificate + key, encoding="ascii")
        context.load_cert_chain(path)
    return context


def trusting_context(certificate: str) -> ssl.SSLContext:
    """Give the TLS context of a client that trusts this certificate and no other."""
    context = ssl.create_default_context(cadata=certificate)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def outdated_context(certificate: str, key: str) -> ssl.SSLContext:
    """Give the TLS context of a site that speaks TLS 1.0 and nothing newer."""
    context = server_context(certificate, key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # outdated is what it is to be
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    return context
