"""Mails for the tests: people, picks and threads, in seven languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from decnet_emailgen.mail import compose, mint
from decnet_emailgen.mail.dates import zone
from decnet_emailgen.records import Author, Beat, Draft, Earlier, Kind, Party, Pick

LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl")
DOMAIN = "acme.test"
START = datetime.fromisoformat("2026-10-05T10:02:03+02:00")

TEXTS = {
    "en": "Hi {to},\n\nthe invoice from last week is still open. Could you have a look at it "
    "before Friday? I need the amount for the month-end report, so any figure is better than "
    "none.\n\n- 1250.00 EUR net\n- due on 30 November\n\nThanks\n{me}",
    "es": "Hola {to}:\n\nLa factura de la semana pasada sigue pendiente. ¿Puedes revisarla antes "
    "del viernes? Necesito el importe para el informe de cierre de mes.\n\nUn saludo\n{me}",
    "pt": "Olá {to},\n\na fatura da semana passada ainda está em aberto. Você consegue dar uma "
    "olhada até sexta-feira? Preciso do valor para o relatório mensal.\n\nAbraço\n{me}",
    "fr": "Bonjour {to},\n\nla facture de la semaine dernière est toujours en attente. Peux-tu "
    "la vérifier avant vendredi ? J’ai besoin du montant pour la clôture.\n\nMerci\n{me}",
    "de": "Hallo {to},\n\ndie Rechnung von letzter Woche ist noch offen. Könntest du sie bis "
    "Freitag prüfen? Ich brauche den Betrag für den Monatsabschluss.\n\nViele Grüße\n{me}",
    "it": "Ciao {to},\n\nla fattura della settimana scorsa è ancora aperta. Riesci a guardarla "
    "entro venerdì? Mi serve l'importo per la chiusura del mese.\n\nGrazie\n{me}",
    "nl": "Hoi {to},\n\nde factuur van vorige week staat nog open. Kun je er voor vrijdag naar "
    "kijken? Ik heb het bedrag nodig voor de maandafsluiting.\n\nGroet,\n{me}",
}
SUBJECTS = {
    "en": "Open invoice 2026-118",
    "es": "Factura pendiente 2026-118",
    "pt": "Fatura em aberto 2026-118, revisão",
    "fr": "Facture en attente 2026-118, clôture d’octobre",
    "de": "Offene Rechnung 2026-118 für Müller",
    "it": "Fattura aperta 2026-118",
    "nl": "Openstaande factuur 2026-118",
}
ZONES = {
    "en": "Europe/London",
    "es": "Europe/Madrid",
    "pt": "America/Sao_Paulo",
    "fr": "Europe/Paris",
    "de": "Europe/Berlin",
    "it": "Europe/Rome",
    "nl": "Europe/Amsterdam",
}
PEOPLE = (
    ("Anna Müller", "anna.mueller"),
    ("O'Brien, Seán", "sean.obrien"),
    ("Bob Smith", "bob.smith"),
)


def author(
    client: str, language: str = "en", at: int = 0, signature: bool = True, domain: str = DOMAIN
) -> Author:
    """One of three people, with this client in this language."""
    name, local = PEOPLE[at % 3]
    return Author(
        name=name,
        email=f"{local}@{domain}",
        role="Accountant",
        client=client,
        ui_language=language,
        timezone=ZONES[language],
        signature=f"{name}\nAccounting | ACME" if signature else "",
    )


def pick(
    sender: Author,
    when: datetime = START,
    *,
    key: str = "k",
    kind: Kind = "new",
    thread: tuple[Earlier, ...] = (),
    to: tuple[Party, ...] = (Party("Bob Smith", f"bob.smith@{DOMAIN}"),),
    cc: tuple[Party, ...] = (),
    bcc: tuple[Party, ...] = (),
    language: str = "en",
) -> Pick:
    """A decision with the Message-ID its author's client gives it."""
    domain = sender.email.rpartition("@")[2]
    return Pick(
        id=key,
        run="test",
        hosts=(),
        thread_id="thread1",
        message_id=mint(sender.client, domain, when, key, sender.email),
        date=when.isoformat(),
        kind=kind,
        sender=sender,
        to=to,
        cc=cc,
        bcc=bcc,
        language=language,
        topic="invoice",
        beat=Beat("invoice", "ask", "ask for the amount"),
        thread=thread,
    )


def draft(what: Pick, text: str, subject: str = "Open invoice 2026-118") -> Draft:
    """The pick with its bytes."""
    made = compose(what, subject, text)
    return Draft(what, made.subject, text, made.message.decode(), "test")


def thread(
    clients: tuple[str, ...], language: str = "en", last: Kind = "reply", domain: str = DOMAIN
) -> tuple[Draft, ...]:
    """A thread in which each mail is written with the next client."""
    past: tuple[Earlier, ...] = ()
    drafts: list[Draft] = []
    for at, client in enumerate(clients):
        sender = author(client, language, at, domain=domain)
        name, local = PEOPLE[(at + 1) % 3]
        kind: Kind = "new" if at == 0 else last if at == len(clients) - 1 else "reply"
        what = pick(
            sender,
            (START + timedelta(hours=3 * at, minutes=7 * at, seconds=11 * at)),
            key=f"{client}{language}{at}",
            kind=kind,
            thread=past,
            to=(Party(name, f"{local}@{domain}"),),
            cc=(Party("Claire Dubois", f"claire@{domain}"),) if at else (),
            language=language,
        )
        zone_when = localised(what)
        text = TEXTS[language].format(to=_first_name(name), me=_first_name(sender.name))
        drafts.append(draft(zone_when, text, SUBJECTS[language]))
        past = (*past, drafts[-1].as_earlier())
    return tuple(drafts)


def _first_name(name: str) -> str:
    return name.split()[-1] if "," in name else name.split()[0]


def localised(what: Pick) -> Pick:
    """The pick with its date in its author's zone."""
    return replace(what, date=what.when.astimezone(zone(what.sender.timezone)).isoformat())
