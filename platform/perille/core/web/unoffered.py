"""One sentence for readers of a language that the site is not offered in yet, in that language.

Each is a draft until a person who speaks the language has read it. A language without a sentence leads on in silence.
"""

from __future__ import annotations

from flask import g, request

from perille.core.i18n import offered_languages

#: Part of the address of a page that was reached by another language.
ASKED = "from"
SENTENCES = {
    "sv": "Den här webbplatsen finns inte på svenska ännu.",
    "is": "Þessi vefur er ekki enn til á íslensku.",
    "et": "Seda veebilehte ei ole veel eesti keeles.",
    "lt": "Šios svetainės lietuvių kalba dar nėra.",
    "sk": "Táto stránka ešte nie je v slovenčine.",
    "be": "Гэтага сайта пакуль няма па-беларуску.",
    "pl": "Tej strony nie ma jeszcze po polsku.",
    "fa": "این وب‌سایت هنوز به زبان فارسی نیست.",
    "prs": "این وب‌سایت هنوز به زبان دری نیست.",
    "ur": "یہ ویب سائٹ ابھی اردو میں نہیں ہے۔",
    "so": "Boggan weli kuma jiro af Soomaali.",
    "sw": "Tovuti hii bado haipo kwa Kiswahili.",
    "fr": "Ce site n’existe pas encore en français.",
    "es": "Este sitio todavía no está en español.",
    "tr": "Bu site henüz Türkçe değil.",
    "vi": "Trang web này chưa có tiếng Việt.",
    "ro": "Acest site nu este încă în limba română.",
}


def note_asked() -> None:
    """Keep the language of a wish that could not be met, as the address tells it."""
    code = request.args.get(ASKED, "")
    g.asked_language = code if code in SENTENCES and code not in offered_languages() else ""


def asked_language() -> str:
    """Return the code of the language that the reader asked for and did not get, where we have a sentence in it; else ""."""
    code: str = g.get("asked_language", "")
    return code
