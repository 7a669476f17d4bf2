"""What commands open before they can work: the personas file, the clock, the writer, targets."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from decnet_emailgen.cli.console import say
from decnet_emailgen.errors import SettingError, UsageError

if TYPE_CHECKING:
    from decnet_emailgen.deliver import Target
    from decnet_emailgen.generate.writers import Writer
    from decnet_emailgen.mail import Server
    from decnet_emailgen.pick.simulate import Office
    from decnet_emailgen.store import Store
    from decnet_emailgen.world.model import World

NAME = "personas.yaml"


@dataclass(frozen=True, slots=True)
class Opened:
    """A world, the file it was read from, what is odd about it, and a digest of its text."""

    world: World
    path: Path
    problems: tuple[str, ...] = ()
    digest: str = ""


def personas_path(given: Path | None) -> Path:
    """The personas file: as given, in the working directory, or in the user's config folder."""
    if given is not None:
        return given
    here = Path(NAME)
    if here.exists():
        return here
    from platformdirs import user_config_path

    return user_config_path("emailgen") / NAME


def open_world(given: Path | None, *, strict: bool = False, tell: bool = True) -> Opened:
    """Read the personas file; warnings and left-out personas are told on stderr, if wanted."""
    from hashlib import blake2b

    from decnet_emailgen.world.load import read

    path = personas_path(given)
    text = read_text(path)
    loaded = read(text, source=str(path), strict=strict)
    problems = tuple(f"{problem.severity}: {problem}" for problem in loaded.problems)
    for problem in problems if tell else ():
        say(problem)
    return Opened(loaded.world, path, problems, blake2b(text.encode(), digest_size=16).hexdigest())


def read_text(path: Path) -> str:
    """A file of the operator's as text; raises :class:`SettingError` with what to do."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as exc:
        raise SettingError(
            f"{path}: no personas file; name one with -p, or run: emailgen init"
        ) from exc
    except UnicodeDecodeError as exc:
        raise SettingError(f"{path}: not UTF-8 text; save it as UTF-8") from exc
    except OSError as exc:
        raise SettingError(f"{path}: {exc.strerror}; name a readable file with -p") from exc


def instant(given: str | None) -> datetime:
    """The present, to the second: as given (ISO 8601), or by the clock."""
    if given is None:
        return datetime.now(UTC).replace(microsecond=0)
    return parse_instant(given, "--now")


def parse_instant(text: str, option: str) -> datetime:
    """An ISO 8601 date or time; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(
            f"{option} {text}: not an instant; write it as 2026-11-23T09:30:00+01:00"
        ) from exc
    if not 1995 <= found.year <= 2099:
        raise UsageError(f"{option} {text}: emailgen writes mail of the years 1995 to 2099")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).replace(microsecond=0)


def offices(
    world: World,
    seed: str,
    *,
    run: str = "",
    stream: str = "",
    writable: frozenset[str] | None = None,
) -> list[Office]:
    """The casts of the running mail hosts at work, in the languages that can be written."""
    from decnet_emailgen.mail import mint
    from decnet_emailgen.pick.simulate import Office

    return [
        Office(cast, seed, mint, run=run, stream=stream, writable=writable)
        for cast in world.casts()
    ]


def writable(writer: Writer) -> frozenset[str] | None:
    """The base languages a writer knows; None where it knows them all, as a model does."""
    known: tuple[str, ...] | None = getattr(writer, "languages", None)
    return None if known is None else frozenset(code.split("-")[0] for code in known)


def open_writer(
    world: World | None, name: str | None, model: str | None, urls: Sequence[str] | None
) -> Writer:
    """The writer: options first, then the personas file, then the environment."""
    from decnet_emailgen.generate.writers import open_writer as open_named
    from decnet_emailgen.world.model import WriterSetting

    setting = world.writer if world is not None else WriterSetting()
    opened = open_named(
        name or setting.name,
        urls=tuple(urls or setting.urls),
        model=model or setting.model,
        options=setting.options,
        environ=os.environ,
    )
    if opened.name == "builtin" and model:
        raise SettingError(
            f"--model {model}: no model server is named; name it with --url, OLLAMA_HOST or in the "
            "personas file"
        )
    return opened


def server(world: World, seed: str) -> Server:
    """The mail server whose headers in-house copies bear; its habits belong to the seed."""
    from decnet_emailgen.mail import server_for

    house = world.organisation
    people = [*world.personas, *(one for decky in world.deckies for one in decky.personas)]
    clients = {person.email: person.client for person in people}
    return server_for(house.domain, house.timezone, seed, clients)


@dataclass(slots=True)
class Routes:
    """Where copies go: for each decky its targets and mailboxes."""

    world: World
    base: Path
    override: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    _targets: dict[str, Target] = field(default_factory=dict)

    def addresses(self, decky: str) -> tuple[str, ...]:
        """The target addresses of a decky; raises :class:`SettingError` if the file lacks it."""
        if self.override:
            return self.override
        for known in self.world.deckies:
            if known.name == decky:
                if not known.deliver:
                    raise SettingError(
                        f"decky {decky} has no deliver: in the personas file; add it, or use --to"
                    )
                return known.deliver
        raise SettingError(f"decky {decky} is not in the personas file; add it, or use --to")

    def holds(self, decky: str, mailbox: str) -> bool:
        """Whether that decky has a mailbox for the address."""
        for known in self.world.deckies:
            if known.name == decky and known.mailboxes is not None:
                return mailbox in known.mailboxes
        return True

    def target(self, address: str) -> Target:
        """The target of an address, opened once."""
        from decnet_emailgen.deliver import open_target

        if address not in self._targets:
            self._targets[address] = open_target(
                address,
                environ=self.environ,
                allow_hosts=self.world.settings.allow_hosts,
                base=self.base,
            )
        return self._targets[address]


def routes(opened: Opened, override: Sequence[str] | None) -> Routes:
    """The routes of a personas file, or of ``--to``; malformed addresses are errors at once."""
    base = Path() if override else opened.path.parent
    found = Routes(opened.world, base, tuple(override or ()))
    for address in found.override:
        found.target(address)
    return found


def store_seed(store: Store, given: int | None) -> str:
    """The seed of this installation; ``--seed`` becomes it in a new store."""
    return store.seed(None if given is None else str(given))
