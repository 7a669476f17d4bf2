"""What mail clients say in each language: labels, prefixes, separators, phone lines.

Sources: Thunderbird's and Roundcube's localisation files, K-9's ``strings.xml``, and the fixtures
of parsers that take real replies and forwards apart; see docs/mail.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

NBSP = "\xa0"

LANGUAGES = ("en-US", "en-GB", "es", "pt-BR", "pt-PT", "fr", "de", "it", "nl", "ja", "zh")

_AMERICA = ("America/", "US/", "Canada/", "Pacific/Honolulu")


@lru_cache(maxsize=512)
def locale(ui_language: str, timezone: str) -> str:
    """The one of :data:`LANGUAGES` a client runs in, from its language and its owner's zone.

    English splits into American and British forms and Portuguese into Brazilian and European
    ones; without a region in the language, the zone decides. What we have no words for is
    English, as in clients without a translation.
    """
    language = ui_language.replace("_", "-")
    base = language.split("-")[0].lower()
    if base == "pt":
        portugal = timezone in ("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores")
        return (
            "pt-PT" if language.upper() == "PT-PT" or (base == language and portugal) else "pt-BR"
        )
    if base in ("es", "fr", "de", "it", "nl", "ja", "zh"):
        return base
    if language.upper() == "EN-US":
        return "en-US"
    if base != "en" or language.upper() in ("EN-GB", "EN-AU", "EN-IE", "EN-NZ", "EN-ZA"):
        return "en-GB"
    return "en-US" if timezone.startswith(_AMERICA) or timezone == "UTC" else "en-GB"


@dataclass(frozen=True, slots=True)
class Labels:
    """The fields of a header block."""

    sender: str
    date: str
    to: str
    cc: str
    subject: str


def _labels(text: str) -> Labels:
    return Labels(*(label.strip() for label in text.split("|")))


OUTLOOK_LABELS = {
    "en-US": _labels("From:|Sent:|To:|Cc:|Subject:"),
    "en-GB": _labels("From:|Sent:|To:|Cc:|Subject:"),
    "es": _labels("De:|Enviado el:|Para:|CC:|Asunto:"),
    "pt-BR": _labels("De:|Enviada em:|Para:|Cc:|Assunto:"),
    "pt-PT": _labels("De:|Enviado:|Para:|Cc:|Assunto:"),
    "fr": _labels(f"De{NBSP}:|Envoyé{NBSP}:|À{NBSP}:|Cc{NBSP}:|Objet{NBSP}:"),
    "de": _labels("Von:|Gesendet:|An:|Cc:|Betreff:"),
    "it": _labels("Da:|Inviato:|A:|Cc:|Oggetto:"),
    "nl": _labels("Van:|Verzonden:|Aan:|CC:|Onderwerp:"),
    "ja": _labels("差出人:|送信日時:|宛先:|CC:|件名:"),
    "zh": _labels("发件人:|发送时间:|收件人:|抄送:|主题:"),
}
OWA_LABELS = OUTLOOK_LABELS | {"es": _labels("De:|Enviado:|Para:|Cc:|Asunto:")}

THUNDERBIRD_LABELS = {
    "en-US": _labels("From:|Date:|To:|CC:|Subject:"),
    "en-GB": _labels("From:|Date:|To:|CC:|Subject:"),
    "es": _labels("De:|Fecha:|Para:|CC:|Asunto:"),
    "pt-BR": _labels("De:|Data:|Para:|CC:|Assunto:"),
    "pt-PT": _labels("De:|Data:|Para:|CC:|Assunto:"),
    "fr": _labels("De :|Date :|Pour :|Copie à :|Sujet :"),
    "de": _labels("Von:|Datum:|An:|Kopie (CC):|Betreff:"),
    "it": _labels("Mittente:|Data:|A:|CC:|Oggetto:"),
    "nl": _labels("Van:|Datum:|Aan:|CC:|Onderwerp:"),
    "ja": _labels("差出人:|日付:|宛先:|CC:|件名:"),
    "zh": _labels("发件人:|日期:|收件人:|抄送:|主题:"),
}
THUNDERBIRD_FORWARD = {
    "en-US": "Forwarded Message",
    "en-GB": "Forwarded Message",
    "es": "Mensaje reenviado",
    "pt-BR": "Mensagem encaminhada",
    "pt-PT": "Mensagem reencaminhada",
    "fr": "Message transféré",
    "de": "Weitergeleitete Nachricht",
    "it": "Messaggio Inoltrato",
    "nl": "Doorgestuurd bericht",
    "ja": "Forwarded Message",
    "zh": "Forwarded Message",
}
APPLE_LABELS = {
    "en-US": _labels("From:|Date:|To:|Cc:|Subject:"),
    "en-GB": _labels("From:|Date:|To:|Cc:|Subject:"),
    "es": _labels("De:|Fecha:|Para:|Cc:|Asunto:"),
    "pt-BR": _labels("De:|Data:|Para:|Cc:|Assunto:"),
    "pt-PT": _labels("De:|Data:|Para:|Cc:|Assunto:"),
    "fr": _labels("De:|Date:|À:|Cc:|Objet:"),
    "de": _labels("Von:|Datum:|An:|Kopie:|Betreff:"),
    "it": _labels("Da:|Data:|A:|Cc:|Oggetto:"),
    "nl": _labels("Van:|Datum:|Aan:|Kopie:|Onderwerp:"),
    "ja": _labels("差出人:|日付:|宛先:|Cc:|件名:"),
    "zh": _labels("发件人:|日期:|收件人:|抄送:|主题:"),
}
APPLE_FORWARD = {
    "en-US": "Begin forwarded message:",
    "en-GB": "Begin forwarded message:",
    "es": "Inicio del mensaje reenviado:",
    "pt-BR": "Início da mensagem encaminhada:",
    "pt-PT": "Início da mensagem reencaminhada:",
    "fr": "Début du message réexpédié :",
    "de": "Anfang der weitergeleiteten Nachricht:",
    "it": "Inizio messaggio inoltrato:",
    "nl": "Begin doorgestuurd bericht:",
    "ja": "転送されたメッセージ:",
    "zh": "下面是被转发的邮件：",
}
ROUNDCUBE_LABELS = THUNDERBIRD_LABELS | {
    "en-US": _labels("From:|Date:|To:|Cc:|Subject:"),
    "en-GB": _labels("From:|Date:|To:|Cc:|Subject:"),
    "es": _labels("Remitente:|Fecha:|Destinatario:|Cc:|Asunto:"),
    "pt-BR": _labels("De:|Data:|Para:|Cc:|Assunto:"),
    "pt-PT": _labels("De:|Data:|Para:|Cc:|Assunto:"),
    "fr": _labels("De:|Date:|À:|Cc:|Objet:"),
    "de": _labels("Von:|Datum:|An:|Kopie:|Betreff:"),
    "it": _labels("Da:|Data:|A:|Cc:|Oggetto:"),
    "nl": _labels("Afzender:|Datum:|Ontvanger:|Cc:|Onderwerp:"),
}
ROUNDCUBE_FORWARD = {
    "en-US": "Original Message",
    "en-GB": "Original Message",
    "es": "Mensaje Original",
    "pt-BR": "Mensagem original",
    "pt-PT": "Mensagem original",
    "fr": "Message original",
    "de": "Originalnachricht",
    "it": "Messaggio originale",
    "nl": "Oorspronkelijke bericht",
    "ja": "元のメッセージ",
    "zh": "原始邮件",
}
K9_LABELS = {
    "en-US": _labels("From:|Sent:|To:|Cc:|Subject:"),
    "en-GB": _labels("From:|Sent:|To:|Cc:|Subject:"),
    "es": _labels("De:|Enviado:|Para:|CC:|Asunto:"),
    "pt-BR": _labels("De:|Enviado:|Para:|Cc:|Assunto:"),
    "pt-PT": _labels("De:|Enviado:|Para:|Cc:|Assunto:"),
    "fr": _labels("De :|Envoyé :|À :|Cc :|Objet :"),
    "de": _labels("Von:|Gesendet:|An:|CC:|Betreff:"),
    "it": _labels("Da:|Inviato:|A:|CC:|Oggetto:"),
    "nl": _labels("Van:|Verzonden:|Aan:|CC:|Onderwerp:"),
    "ja": _labels("差出人:|送信日時:|To:|Cc:|件名:"),
    "zh": _labels("发件人:|发送时间:|收件人:|抄送:|主题:"),
}
K9_FORWARD = {
    "en-US": "Original Message",
    "en-GB": "Original Message",
    "es": "Mensaje original",
    "pt-BR": "Mensagem original",
    "pt-PT": "Mensagem original",
    "fr": "Message original",
    "de": "Ursprüngliche Nachricht",
    "it": "Messaggio originale",
    "nl": "Oorspronkelijk bericht",
    "ja": "元のメッセージ",
    "zh": "原始邮件",
}
GMAIL_FROM = {
    "en-US": "From:",
    "en-GB": "From:",
    "es": "De:",
    "pt-BR": "De:",
    "pt-PT": "De:",
    "fr": "De :",
    "de": "Von:",
    "it": "Da:",
    "nl": "Van:",
    "ja": "From:",
    "zh": "发件人：",
}
IPHONE_LINE = {
    "en-US": "Sent from my iPhone",
    "en-GB": "Sent from my iPhone",
    "es": "Enviado desde mi iPhone",
    "pt-BR": "Enviado do meu iPhone",
    "pt-PT": "Enviado do meu iPhone",
    "fr": "Envoyé de mon iPhone",
    "de": "Von meinem iPhone gesendet",
    "it": "Inviato da iPhone",
    "nl": "Verstuurd vanaf mijn iPhone",
    "ja": "iPhoneから送信",
    "zh": "发自我的iPhone",
}
K9_LINE = {
    "en-US": "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "en-GB": "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "es": "Enviado desde mi dispositivo Android con K-9 Mail. Por favor, disculpa mi brevedad.",
    "pt-BR": "Enviado de meu dispositivo Android com K-9 mail. Desculpe-me pela brevidade.",
    "pt-PT": "Enviado do meu dispositivo Android com K-9 Mail. Perdoe a minha brevidade.",
    "fr": "Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.",
    "de": "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "it": "Inviato dal mio dispositivo Android con K-9 Mail. Perdonate la brevità.",
    "nl": "Verzonden vanaf mijn Android-apparaat met K-9 Mail. Excuseer mijn beknoptheid.",
    "ja": "K-9 Mail で Android 端末から送信",
    "zh": "使用 K-9 Mail 发送自我的Android设备",
}
OUTLOOK_PREFIX = {
    "en-US": ("RE: ", "FW: "),
    "en-GB": ("RE: ", "FW: "),
    "es": ("RE: ", "RV: "),
    "pt-BR": ("RES: ", "ENC: "),
    "pt-PT": ("RE: ", "FW: "),
    "fr": ("RE: ", "TR: "),
    "de": ("AW: ", "WG: "),
    "it": ("R: ", "I: "),
    "nl": ("RE: ", "FW: "),
    "ja": ("RE: ", "FW: "),
    "zh": ("答复: ", "转发: "),
}
OWA_PREFIX = OUTLOOK_PREFIX | {
    "en-US": ("Re: ", "Fw: "),
    "en-GB": ("Re: ", "Fw: "),
    "es": ("Re: ", "RV: "),
    "pt-PT": ("Re: ", "Fw: "),
    "fr": ("Re: ", "TR: "),
    "it": ("R: ", "I: "),
    "nl": ("Re: ", "Fw: "),
    "zh": ("回复: ", "转发: "),
}
