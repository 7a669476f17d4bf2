"""``docker://``: a container, or all mail containers of a decky, as one target.

A decky with IMAP and POP3 has two containers with file systems of their own; both get the mail,
and a copy is delivered when it is in both. Containers are looked up anew for every operation,
because a decky that is deployed again is another container under the old name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from decnet_emailgen.deliver import containers
from decnet_emailgen.deliver.containertree import ContainerTree
from decnet_emailgen.deliver.maildir import MaildirTarget
from decnet_emailgen.deliver.spool import SpoolTarget
from decnet_emailgen.deliver.target import (
    Finding,
    Found,
    Outcome,
    Ref,
    Removal,
    Target,
    outcome,
)
from decnet_emailgen.deliver.verify import missing
from decnet_emailgen.errors import TargetError
from decnet_emailgen.mail.copies import Copy

if TYPE_CHECKING:
    from docker.models.containers import Container

Result = TypeVar("Result", Outcome, Removal)

_WORST = ("failed", "delivered", "removed", "present", "absent", "skipped")


class DockerTarget:
    """One or more containers that hold the same mail."""

    def __init__(
        self, address: str, name: str, path: str, layout: str, environ: Mapping[str, str]
    ) -> None:
        self._address = address
        self._name = name
        self._path = path
        self._layout = layout
        self._environ = environ

    @property
    def address(self) -> str:
        """The TARGET it was opened from."""
        return self._address

    @contextlib.contextmanager
    def _containers(self) -> Iterator[list[Container]]:
        with containers.connect(self._environ) as client:
            yield containers.of_decky(client, self._name)

    def _open(self, container: Container) -> Target:
        tree = ContainerTree(container, self._path)
        layout = MaildirTarget if self._layout == "maildir" else SpoolTarget
        return layout(self._address, tree)

    def put(self, copies: Sequence[Copy]) -> list[Outcome]:
        """Put copies into every container."""

        def lost(copy: Copy, why: str) -> Outcome:
            return outcome(copy, "failed", reason=why)

        return self._everywhere(copies, lambda target: target.put(copies), lost)

    def remove(self, refs: Sequence[Ref]) -> list[Removal]:
        """Remove mail from every container."""

        def lost(ref: Ref, why: str) -> Removal:
            return Removal(ref, "failed", why)

        return self._everywhere(refs, lambda target: target.remove(refs), lost)

    def _everywhere(
        self,
        items: Sequence[Copy] | Sequence[Ref],
        act: Callable[[Target], list[Result]],
        lost: Callable[..., Result],
    ) -> list[Result]:
        """The worst result of each item; a container that fails as a whole fails each item."""
        each: list[list[Result]] = []
        errors: list[TargetError] = []
        with self._containers() as found:
            for container in found:
                try:
                    each.append(act(self._open(container)))
                except TargetError as exc:
                    errors.append(exc)
                    each.append([lost(item, str(exc)) for item in items])
        if errors and len(errors) == len(each):
            raise errors[0]
        return [
            min(some, key=lambda one: _WORST.index(one.state)) for some in zip(*each, strict=True)
        ]

    def read(self, copies: Sequence[Copy] | None = None) -> Iterator[Found]:
        """All mail of the containers; of these copies, those that are in every container."""
        seen: dict[tuple[str, str], int] = {}
        with self._containers() as found:
            for container in found:
                for mail in self._open(container).read(copies):
                    key = (mail.place, mail.message_id)
                    seen[key] = seen.get(key, 0) + 1
                    if seen[key] == (1 if copies is None else len(found)):
                        yield mail

    def lacks(self, copies: Sequence[Copy]) -> list[Copy]:
        """Those that some container does not hold."""
        lost: set[int] = set()
        with self._containers() as found:
            for container in found:
                lost.update(id(copy) for copy in missing(self._open(container), copies))
        return [copy for copy in copies if id(copy) in lost]

    def check(self) -> list[Finding]:
        """Every container's state, and whether its server looks where mail is put."""
        findings: list[Finding] = []
        with self._containers() as found:
            for container in found:
                try:
                    findings += self._open(container).check()
                except TargetError as exc:
                    what, _, remedy = str(exc).partition("; ")
                    findings.append(Finding("problem", what, remedy))
                    continue
                if self._layout == "spool":
                    findings += seed_findings(container, self._path)
        return findings


def seed_findings(container: Container, path: str) -> list[Finding]:
    """Whether a DECNET server reads the folder that mail is put into.

    It reads, recursively, the folder that IMAP_EMAIL_SEED or POP3_EMAIL_SEED names.
    """
    environment = dict(
        line.partition("=")[::2] for line in container.attrs["Config"].get("Env") or []
    )
    names = [f"{service.upper()}_EMAIL_SEED" for service in containers.SERVICES]
    findings: list[Finding] = []
    for name in names:
        seed = environment.get(name, "").rstrip("/")
        if name in environment and path != seed and not path.startswith(f"{seed}/"):
            findings.append(
                Finding(
                    "warning",
                    f"container {container.name} reads {name}={environment[name]}; "
                    f"what is delivered to {path} can't be seen there",
                    f"set {name}={path} and deploy it again, or deliver to "
                    f"docker://{container.name}{seed}",
                )
            )
    return findings
