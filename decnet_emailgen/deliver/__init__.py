"""Delivery: copies of mail go into mail hosts and folders, and come out again.

:func:`open_target` opens an address; a :class:`Target` puts, reads, removes and checks;
:func:`verify` looks afterwards. :class:`MemoryTarget` is the fake for tests.
"""

from decnet_emailgen.deliver.address import SCHEMES, open_target
from decnet_emailgen.deliver.containers import MailDecky, connect, discover
from decnet_emailgen.deliver.memory import MemoryTarget
from decnet_emailgen.deliver.target import Finding, Found, Outcome, Ref, Removal, Target
from decnet_emailgen.deliver.verify import Verdict, missing, verify

__all__ = [
    "SCHEMES",
    "Finding",
    "Found",
    "MailDecky",
    "MemoryTarget",
    "Outcome",
    "Ref",
    "Removal",
    "Target",
    "Verdict",
    "connect",
    "discover",
    "missing",
    "open_target",
    "verify",
]
