"""A model server by script whose every answer is a mail that passes the gate."""

import random
import re
from typing import Any

from tests.servers.scripted import Answer, Request, json_answer

NAME = "obliging"
_TASK = re.compile(r"What this mail has to do: (.*)\.\n")
_WORDS = re.findall(
    r"\w+",
    "valve gasket ledger pallet rota binder cable shelf crate sensor draft spare label meter hinge "
    "tray folder bracket pump motor filter panel socket drawer trolley ladder bucket ramp dock",
)
STAFF = (
    ("Ruth Calloway", "Managing Director", "direct"),
    ("Owen Pryce", "Accounts Payable Clerk", "direct"),
    ("Hannah Lindqvist", "Sales Manager", "casual"),
    ("Dev Mistry", "Systems Administrator", "technical"),
    ("Clare Doyle", "HR Officer", "formal"),
    ("Marcus Webb", "Logistics Coordinator", "direct"),
    ("Ines Abbott", "Project Engineer", "technical"),
    ("Tim Fairley", "Buyer", "casual"),
)


def personas(options: str = "") -> str:
    """The personas file of an English company; ``options`` are the writer's, as YAML."""
    lines = ["organisation: {name: Harrowmoor Pumps, domain: harrowmoor.internal,"]
    lines += ["  timezone: Europe/London, country: GB, language_default: en}", "personas:"]
    for name, role, tone in STAFF:
        email = f"{name.lower().replace(' ', '.')}@harrowmoor.internal"
        lines.append(f"  - {{name: {name}, email: {email}, role: {role}, tone: {tone}}}")
    lines.append(f"writer: {{options: {{{options}}}}}")
    lines += ["settings: {machine_mail: 0}", "deckies:"]
    lines += ["  - {name: mail-01, services: [imap], deliver: 'maildir:boxes'}"]
    return "\n".join(lines) + "\n"


def text_for(body: Any) -> str:
    """What the mail has to do, as the prompt tells it, and some words of its own."""
    rng = random.Random(body["seed"])
    asked = body["messages"][-1]["content"]
    task = _TASK.search(asked)
    said = " ".join(rng.sample(_WORDS, 7))
    text = f"{task[1] if task else 'Fine'}: {said}. Then the {' '.join(rng.sample(_WORDS, 6))}."
    return f"Subject: {said[:20].strip()}\n\n{text}" if "Subject: " in asked else text


def oblige(request: Request, delay: float = 0.0) -> Answer:
    """A mail, as the OpenAI protocol has it."""
    if request.method == "GET":
        return json_answer({"data": [{"id": NAME}]})
    choice = {"message": {"content": text_for(request.json)}, "finish_reason": "stop"}
    return json_answer({"choices": [choice]}, delay=delay)
