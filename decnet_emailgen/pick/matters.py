"""What everyday threads are about, and the names of the documents that belong to it.

Not all work is a project with a code name: people also write about what their department has
been busy with for months, about a customer or a supplier, about a product.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from decnet_emailgen.pick.company import Thing, material
from decnet_emailgen.pick.keys import unit, weighted
from decnet_emailgen.world.model import Persona

if TYPE_CHECKING:
    from decnet_emailgen.pick.facts import Scene

_INSIDE = frozenset(
    {"quick-question", "document-review", "meeting-move", "meeting-notes", "task-chase", "handover"}
)
_ABOUT_CUSTOMERS = frozenset({"fyi"})
_DEALS = {
    **dict.fromkeys(("sales", "support", "marketing"), ("customer",)),
    **dict.fromkeys(("logistics", "operations"), ("supplier",)),
    **dict.fromkeys(("finance", "management", "legal"), ("customer", "supplier")),
}
"""Departments that have to do with organisations outside, and with which."""

_FORM = re.compile(
    r"[ ,]+(GmbH|AG|KG|Ltd\.?|Limited|plc|Inc\.?|LLC|S\.?L\.?U?\.?|S\.?A\.?|SAS|SARL|S\.?r\.?l\.?"
    r"|S\.?p\.?A\.?|B\.?V\.?|Lda\.?|ApS|& Co\.?|Holding|Group)$",
    re.IGNORECASE,
)
_PAPERS = {
    "nda": ("NDA_{project}.pdf", "NDA {project} {year}.docx", "NDA-{project}-v2.docx"),
    "budget-round": ("Budget_{year}.xlsx", "budget_{year}_v2.xlsx", "Budget {year}.xlsx"),
    "forecast-update": ("Forecast_{quarter}.xlsx", "forecast_{quarter}_{year}.xlsx"),
    "board-paper": ("Board_{quarter}_{year}.docx", "board_paper_{quarter}.docx"),
}
"""File names that these papers have everywhere."""


def subject_of(scene: Scene) -> str:
    """A project, or where the story line leaves it open something else that the owner works on."""
    kinds = _kinds(scene)
    kind = weighted(scene.draw, tuple(kinds), list(kinds.values()))
    if kind == "project":
        active, owner = scene.company.active_projects(scene.today), scene.owner.email
        key = scene.company.key
        names = sorted(active, key=lambda name: unit(key, "works on", owner, name))[:3]
    elif kind == "matter":
        assert isinstance(scene.owner, Persona)  # noqa: S101 (only they have that kind)
        names = list(scene.company.matters(scene.owner.department, scene.today))
    elif kind == "product":
        names = list(scene.company.products)
    else:
        names = [short(name) for name in scene.company.organisations(kind)[:4]]
    name = weighted(scene.draw, names, [1 / (rank + 1) for rank in range(len(names))])
    scene.things.append(Thing(kind, name, {}))
    return name


def _kinds(scene: Scene) -> dict[str, float]:
    """What a thread may be about, with weights."""
    if scene.story in _ABOUT_CUSTOMERS:
        return {"project": 0.6, "product": 0.4}
    if scene.story not in _INSIDE:
        return {"project": 1.0}
    if scene.outsider is not None:
        trades = scene.outsider.relation in ("customer", "supplier")
        return {"project": 0.6, "product": 0.4} if trades else {"project": 1.0}
    if not isinstance(scene.owner, Persona):
        return {"project": 1.0}
    deals = _DEALS.get(scene.owner.department, ())
    return {"project": 0.45, "matter": 0.35} | dict.fromkeys(deals, 0.2 / len(deals or (1,)))


def short(organisation: str) -> str:
    """What people call an organisation: its name without the legal form."""
    return _FORM.sub("", organisation) or organisation


def initials(name: str) -> str:
    """What somebody marks a file with: the first letters of at most three names."""
    return "".join(part[:1] for part in name.split()[:3]).upper()


def quarter(scene: Scene) -> str:
    """The quarter in which the thread ends, "Q4"."""
    return f"Q{(scene.ends.month - 1) // 3 + 1}"


def document(scene: Scene) -> str:
    """The name of a file as people give them."""
    draw, data = scene.draw, material()
    tongue = scene.language.split("-")[0]
    words = data["documents"].get(tongue) or data["documents"]["en"]
    about = scene.known.get("project") or subject_of(scene)
    forms = _PAPERS.get(scene.story) or data["document_forms"]
    form: str = draw.choice(forms)
    if "{day" in form and scene.story != "document-review":
        form = forms[0]  # a file that bears today's date was saved today
    word = draw.choice(words)
    endings = data["extensions"]["table" if word in data["tables"] else "text"]
    if " " not in form:
        about, word = about.replace(" ", "_"), word.replace(" ", "_")
    elif unit(scene.owner.email, "capitals") < 0.4:
        word = word[:1].upper() + word[1:]
    return form.format(
        project=about.replace("/", "-"),
        word=word,
        n=draw.randint(1, 4),
        ext=draw.choice(endings),
        year=scene.today.year,
        month=scene.today.month,
        day=scene.today.day,
        quarter=quarter(scene),
        initials=initials(scene.owner.name),
    )
