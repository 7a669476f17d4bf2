"""``imap://`` and ``imaps://``: not reachable yet."""

from __future__ import annotations

from collections.abc import Mapping

from decnet_emailgen.deliver.target import Target
from decnet_emailgen.errors import SettingError


def open_imap(
    address: str, *, environ: Mapping[str, str], allow_hosts: tuple[str, ...] = ()
) -> Target:
    """Raises :class:`SettingError`."""
    raise SettingError(f"target {address}: IMAP is not supported yet")
