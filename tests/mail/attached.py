"""Attachments for the tests: one of each kind that a pick can name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from decnet_emailgen.records import Attachment, Fact, Pick

FACTS = {
    "number": "2026-0417",
    "order": "PO26-1184",
    "product": "KR-480",
    "quantity": "24",
    "net": "4535.00 EUR",
    "rate": "19",
    "home": "DE",
    "away": "DE",
    "issued": "2026-10-02",
    "due": "2026-11-04",
    "delivery": "2026-11-20",
    "deadline": "2026-10-20",
    "project": "Aster",
    "people": "Anna Müller; Bob Smith; Carla Ruiz",
    "currency": "EUR",
}
NAMES = {
    "invoice": "Rechnung_2026-0417.pdf",
    "quote": "Angebot Q-417.pdf",
    "purchase-order": "PO26-1184.pdf",
    "order-confirmation": "AB_PO26-1184.pdf",
    "delivery-note": "Lieferschein L26-0417.pdf",
    "customs-invoice": "CI_TRK-417.pdf",
    "document": "Aster_Plan_v2.docx",
    "minutes": "Protokoll Aster.docx",
    "agenda": "Agenda ACME.docx",
    "contract": "Vertrag K26-101.docx",
    "signed": "NDA_Aster signed.pdf",
    "cv": "Lebenslauf Katrin Lorenz.pdf",
    "course": "Seminarprogramm 2026.pdf",
    "handover": "Übergabe.docx",
    "log": "backup-srv-db-02.log",
    "figures": "responses_20261001.csv",
    "samples": "Stichprobe 2026.xlsx",
    "stock-list": "Zählliste 2026-10.xlsx",
    "calculation": "Kalkulation ACME.xlsx",
    "status": "Status Aster.xlsx",
}


def attachment(
    kind: str = "invoice",
    language: str = "de",
    *,
    name: str = "",
    issuer: str = "Nordlicht GmbH",
    version: int = 1,
    **facts: str,
) -> Attachment:
    """A file of that kind, saved on the morning of the sample mails."""
    told = {**FACTS, **facts}
    if kind in ("quote", "purchase-order"):
        told["price"] = "310.00 EUR"
        del told["net"]
    return Attachment(
        kind=kind,
        name=name or NAMES[kind],
        key=f"key of {kind}",
        made="2026-10-05T09:50:12+02:00",
        language=language,
        author="Anna Müller",
        issuer=issuer,
        addressee="ACME AG",
        version=version,
        facts=tuple(Fact(key, "text", value) for key, value in told.items()),
    )


def with_files(pick: Pick, *files: Attachment) -> Pick:
    """The pick with files."""
    return replace(pick, beat=replace(pick.beat, attachments=files))


SAVED = datetime.fromisoformat("2026-10-05T09:50:12+02:00")
