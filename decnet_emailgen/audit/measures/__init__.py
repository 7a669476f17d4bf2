"""The measures: each module here has a ``MEASURES`` tuple of classes, found by being here."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from decnet_emailgen.audit.measures.base import Measure


@lru_cache(maxsize=1)
def classes() -> tuple[type[Measure], ...]:
    """Every measure's class, by the names of their modules."""
    found: list[type[Measure]] = []
    for module in sorted(module.name for module in iter_modules(__path__)):
        found += getattr(import_module(f"{__name__}.{module}"), "MEASURES", ())
    return tuple(found)
