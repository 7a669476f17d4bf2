"""The ledger: every thread, mail and copy, in one SQLite file (WAL, mode 0600).

:class:`~decnet_emailgen.store.store.Store` keeps what the steps decide and do; it knows records
and no step. A mail goes ``planned → written → delivered``, or ``failed`` with the reason.
"""

from decnet_emailgen.store.store import Run, Store

__all__ = ["Run", "Store"]
