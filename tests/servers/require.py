"""A server that isn't installed skips its tests, unless the run demands it."""

import os

import pytest

INSTALL = "scripts/install-servers"


def require(present: object, reason: str, install: str = INSTALL) -> None:
    """Skip the test unless `present`; fail it when EMAILGEN_REQUIRE_SERVERS=1."""
    if present:
        return
    message = f"{reason}; to install: {install}"
    if os.environ.get("EMAILGEN_REQUIRE_SERVERS") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def require_root(what: str) -> None:
    """Some servers change users or mount, which only root may do."""
    require(os.geteuid() == 0, f"{what} needs root", "sudo scripts/test")
