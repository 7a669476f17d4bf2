"""``emailgen pick``: decide what to write now."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decnet_emailgen.cli import options
from decnet_emailgen.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from decnet_emailgen.pick.decide import Known
    from decnet_emailgen.pick.plan import Thread
    from decnet_emailgen.pick.simulate import Office
    from decnet_emailgen.records import Pick
    from decnet_emailgen.store import Store


def pick(
    personas: options.Personas = None,
    db: options.Db = Path("emailgen.db"),
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many decisions.")] = 1,
    reply_probability: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            envvar="EMAILGEN_REPLY_PROBABILITY",
            show_default="the file's, else 0.6",
            help="How likely a pair with a thread goes on with it.",
        ),
    ] = None,
    now: options.Now = None,
    seed: options.Seed = None,
    strict: options.Strict = False,
) -> None:
    """Decide who writes to whom, about what; print one Pick record a line.

    What nobody writes within a day is forgotten.
    """
    from decnet_emailgen.cli import context
    from decnet_emailgen.cli.console import out, say
    from decnet_emailgen.records import encode
    from decnet_emailgen.store import Store
    from decnet_emailgen.store.leftovers import forget_picks

    opened = context.open_world(personas, strict=strict)
    present = context.instant(now)
    chance = opened.world.settings.reply_probability
    with Store.open(db) as store:
        install = context.store_seed(store, seed)
        forget_picks(store, present)
        languages = context.writable(context.open_writer(opened.world, None, None, None))
        offices = context.offices(opened.world, install, run="pick", writable=languages)
        for number, moment in enumerate(moments(present, count, install, seed)):
            found = decide_one(
                store,
                offices,
                moment,
                (install, seed, number),
                chance if reply_probability is None else reply_probability,
            )
            if isinstance(found, str):
                say(f"nothing to pick: {found}")
                raise typer.Exit(ExitCode.OK)
            out(encode(found))


def moments(present: datetime, count: int, install: str, seed: int | None) -> list[datetime]:
    """So many moments just before the present, in order and at no regular distance.

    The last lies some seconds back, so that the mail has arrived by now.
    """
    from secrets import token_hex

    from decnet_emailgen.pick.keys import rng

    pinned = seed if seed is not None else token_hex(8)
    draw = rng("moments", install, pinned, present.isoformat())
    back, found = 15.0 + draw.random() * 50, list[datetime]()
    for _ in range(count):
        found.append((present - timedelta(seconds=back)).replace(microsecond=0))
        back += 4 + draw.expovariate(1 / 55)
    return found[::-1]


def decide_one(
    store: Store,
    offices: Sequence[Office],
    moment: datetime,
    key: tuple[object, ...],
    reply_probability: float,
    command: str = "pick",
) -> Pick | str:
    """One decision, kept in the store; or the reason why there is none.

    ``key`` is the installation's seed, the given ``--seed`` or None, and a number.
    """
    from secrets import token_hex

    from decnet_emailgen.cli import steps
    from decnet_emailgen.pick.decide import Skip, decide
    from decnet_emailgen.pick.keys import rng

    pinned = key[1] if key[1] is not None else token_hex(8)
    draw = rng("decide", key[0], pinned, moment.isoformat(), key[2])
    decision = decide(
        offices, lambda one, other: _known(store, one, other), moment, draw, reply_probability
    )
    if isinstance(decision, Skip):
        return decision.reason
    steps.plan(store, command, _cast_of(offices, decision), [decision])
    return decision.picks[0]


def _known(store: Store, one: str, other: str) -> list[list[Known]]:
    from decnet_emailgen.pick.decide import Known
    from decnet_emailgen.store.threads import between

    return [
        [Known(draft.pick, draft.as_earlier()) for draft in thread]
        for thread in between(store, one, other)
    ]


def _cast_of(offices: Sequence[Office], decision: Thread) -> str:
    host = decision.picks[0].hosts[0].name
    for office in offices:
        if any(decky.name == host for decky in office.cast.deckies):
            return office.cast.name
    return ""
