"""The builtin writer as a :class:`decnet_emailgen.generate.writers.Writer`."""

from __future__ import annotations

from decnet_emailgen.generate import builtin
from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.builtin import Words
from decnet_emailgen.generate.writers import Setup


class Builtin:
    """Mails from phrases; ``phrases`` is a folder of the operator's, or empty."""

    name = "builtin"
    model = ""

    def __init__(self, phrases: str = "") -> None:
        self.phrases = phrases

    @property
    def languages(self) -> tuple[str, ...]:
        """The language codes there are phrases for."""
        from decnet_emailgen.generate.phrases import library

        return library(self.phrases).languages

    def words(self, brief: Brief, variant: int = 0) -> Words:
        """The mail's subject and text; raises :class:`SettingError` where words are missing."""
        return builtin.write(brief, self.phrases, variant)

    def write(self, brief: Brief, attempt: int = 0, complaint: str = "") -> str:
        """The mail in the shape in which models answer."""
        words = self.words(brief, attempt)
        return f"Subject: {words.subject}\n\n{words.text}" if words.subject else words.text


def open_(setup: Setup) -> Builtin:
    """The writer with the folder that ``options.phrases`` names, or the packaged phrases."""
    return Builtin(str(setup.options.get("phrases", "")))
