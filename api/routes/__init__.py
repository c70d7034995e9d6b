"""All routers of the API, by noun; the second value tells whether /api/v1 stands before their paths."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import APIRouter

UNPREFIXED = frozenset({"operator"})

ROUTERS: list[tuple[APIRouter, bool]] = [
    (importlib.import_module(f"{__name__}.{found.name}").router, found.name not in UNPREFIXED)
    for found in pkgutil.iter_modules(__path__)
]
