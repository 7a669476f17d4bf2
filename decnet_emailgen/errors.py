"""The error tree and the exit codes.

::

    EmailgenError            1   some items failed
    ├── UsageError           2   the command line asks for something that cannot be
    ├── InputError          65   a line on standard input is not a record of ours (EX_DATAERR)
    ├── TemporaryError      75   try again later: a server, a lock, a full disk (EX_TEMPFAIL)
    │   ├── WriterError          the model server failed or cannot be reached
    │   └── TargetError          a mail host or folder cannot take mail now
    └── SettingError        78   the personas file, an address or a setting is wrong (EX_CONFIG)
        ├── PersonasError        carries every problem of a personas file
        └── StoreError           the store is newer than this program, or not a store

The numbers from 64 up are those of BSD's sysexits.h. Every error is one line that says what is
wrong, where, and what to do about it. Foreign errors become one of these where they are met,
with ``raise … from``; only :mod:`decnet_emailgen.cli` turns them into text and exit codes.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DATA = 65
    TEMPORARY = 75
    CONFIG = 78
    INTERRUPTED = 130


class EmailgenError(Exception):
    """The base of all errors a user can cause or meet."""

    exit_code = ExitCode.FAILED


class UsageError(EmailgenError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class InputError(EmailgenError):
    """A line on standard input is not a record of ours."""

    exit_code = ExitCode.DATA


class TemporaryError(EmailgenError):
    """It may work later: a server that is away, a lock that is held, a disk that is full."""

    exit_code = ExitCode.TEMPORARY


class WriterError(TemporaryError):
    """The model server failed, or cannot be reached."""


class TargetError(TemporaryError):
    """A mail host or folder cannot take mail now."""


class SettingError(EmailgenError):
    """The personas file, an address or a setting is wrong."""

    exit_code = ExitCode.CONFIG


class PersonasError(SettingError):
    """A personas file that cannot be used; ``problems`` holds every finding, one line each."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class StoreError(SettingError):
    """The store is newer than this program, read-only, or no store at all."""
