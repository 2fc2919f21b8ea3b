"""What readers of a language that the site is not offered in yet are told, in that language: not yet, here it is in others, and who helps.

Each sentence is a draft until a person who speaks the language has read it, and the page says so. A language without a sentence leads on
in silence where another one is near it; where none is, the languages that there are stand on the page by their own names.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context, request

from perille.core.i18n import SOURCE_LANGUAGE, fallbacks, offered_languages, wishes_of

#: Part of the address of a page that was reached by another language.
ASKED = "from"


@dataclass(frozen=True, slots=True)
class UnofferedNotice:
    """What stands on a page in place of a language."""

    #: "This site is not in ... yet. You can read it in these languages:"
    words: str
    #: "Who helps in ...", the words of a link.
    helpers: str
    #: Languages beside those of the reader's wish and English that many of its speakers read.
    near: tuple[str, ...] = ()


SENTENCES: dict[str, UnofferedNotice] = {
    "fi": UnofferedNotice(
        "Tämä sivusto ei ole vielä suomeksi. Voit lukea sitä näillä kielillä:", "Kuka auttaa suomeksi"
    ),
    "sv": UnofferedNotice(
        "Den här webbplatsen finns inte på svenska ännu. Du kan läsa den på de här språken:", "Vem hjälper på svenska"
    ),
    "is": UnofferedNotice(
        "Þessi vefur er ekki enn til á íslensku. Þú getur lesið hann á þessum málum:", "Hver hjálpar á íslensku"
    ),
    "et": UnofferedNotice(
        "Seda veebilehte ei ole veel eesti keeles. Seda saab lugeda nendes keeltes:", "Kes aitab eesti keeles"
    ),
    "lt": UnofferedNotice(
        "Šios svetainės lietuvių kalba dar nėra. Ją galite skaityti šiomis kalbomis:", "Kas padeda lietuviškai"
    ),
    "sk": UnofferedNotice(
        "Táto stránka ešte nie je v slovenčine. Môžete ju čítať v týchto jazykoch:", "Kto pomáha po slovensky"
    ),
    "ar": UnofferedNotice("هذا الموقع ليس متاحًا بالعربية بعد. يمكنكم قراءته بهذه اللغات:", "من يساعد بالعربية"),
    "uk": UnofferedNotice(
        "Цього сайту ще немає українською. Його можна читати цими мовами:", "Хто допомагає українською"
    ),
    "ru": UnofferedNotice(
        "Этого сайта пока нет на русском. Его можно читать на этих языках:", "Кто помогает на русском"
    ),
    "be": UnofferedNotice(
        "Гэтага сайта пакуль няма па-беларуску. Яго можна чытаць на гэтых мовах:", "Хто дапамагае па-беларуску"
    ),
    "pl": UnofferedNotice(
        "Tej strony nie ma jeszcze po polsku. Można ją czytać w tych językach:", "Kto pomaga po polsku"
    ),
    "fa": UnofferedNotice(
        "این وب‌سایت هنوز به زبان فارسی نیست. می‌توانید آن را به این زبان‌ها بخوانید:", "چه کسی به زبان فارسی کمک می‌کند"
    ),
    "prs": UnofferedNotice(
        "این ویب‌سایت هنوز به زبان دری نیست. می‌توانید آن را به این زبان‌ها بخوانید:", "کی به زبان دری کمک می‌کند"
    ),
    "ps": UnofferedNotice(
        "دا وېب‌پاڼه لا په پښتو نشته. تاسو یې په دې ژبو لوستلی شئ:", "څوک په پښتو مرسته کوي", ("prs",)
    ),
    "ur": UnofferedNotice(
        "یہ ویب سائٹ ابھی اردو میں نہیں ہے۔ آپ اسے ان زبانوں میں پڑھ سکتے ہیں:", "اردو میں کون مدد کرتا ہے"
    ),
    "ckb": UnofferedNotice(
        "ئەم ماڵپەڕە هێشتا بە کوردیی ناوەندی نییە. دەتوانن بەم زمانانە بیخوێننەوە:",
        "کێ بە کوردیی ناوەندی یارمەتی دەدات",
        ("ar",),
    ),
    "kmr": UnofferedNotice(
        "Ev malper hîn bi kurmancî tune ye. Hûn dikarin wê bi van zimanan bixwînin:",
        "Kî bi kurmancî alîkariyê dike",
        ("ar",),
    ),
    "so": UnofferedNotice(
        "Boggan weli kuma jiro af Soomaali. Waxaad ku akhrin kartaa luqadahan:", "Yaa ku caawinaya af Soomaali", ("ar",)
    ),
    "ti": UnofferedNotice(
        "እዚ መርበብ ሓበሬታ ክሳብ ሕጂ ብትግርኛ የለን። በዘን ቋንቋታት እዚአን ከተንብብዎ ትኽእሉ ኢኹም፦", "ብትግርኛ ዝሕግዝ መን እዩ", ("ar",)
    ),
    "am": UnofferedNotice("ይህ ድረ ገጽ ገና በአማርኛ የለም። በእነዚህ ቋንቋዎች ማንበብ ይችላሉ፦", "በአማርኛ የሚረዳ ማን ነው"),
    "om": UnofferedNotice(
        "Marsariitiin kun ammaaf Afaan Oromootiin hin jiru. Afaanota kanaan dubbisuu dandeessu:",
        "Eenyutu Afaan Oromootiin gargaara",
    ),
    "rw": UnofferedNotice(
        "Uru rubuga ntiruraboneka mu Kinyarwanda. Mushobora kurusoma muri izi ndimi:", "Ni nde ufasha mu Kinyarwanda"
    ),
    "rn": UnofferedNotice(
        "Uru rubuga nturaboneka mu Kirundi. Murashobora kurusoma muri izi ndimi:", "Ni nde afasha mu Kirundi"
    ),
    "sw": UnofferedNotice(
        "Tovuti hii bado haipo kwa Kiswahili. Unaweza kuisoma kwa lugha hizi:", "Nani anasaidia kwa Kiswahili"
    ),
    "ln": UnofferedNotice(
        "Site oyo ezali naino te na lingála. Okoki kotánga yango na minɔkɔ oyo:", "Nani azali kosalisa na lingála"
    ),
    "fr": UnofferedNotice(
        "Ce site n’existe pas encore en français. Vous pouvez le lire dans ces langues :", "Qui aide en français"
    ),
    "es": UnofferedNotice(
        "Este sitio todavía no está en español. Puede leerlo en estos idiomas:", "Quién ayuda en español"
    ),
    "tr": UnofferedNotice("Bu site henüz Türkçe değil. Şu dillerde okuyabilirsiniz:", "Kim Türkçe yardım ediyor"),
    "vi": UnofferedNotice(
        "Trang web này chưa có tiếng Việt. Bạn có thể đọc bằng các thứ tiếng này:", "Ai giúp bằng tiếng Việt"
    ),
    "th": UnofferedNotice("เว็บไซต์นี้ยังไม่มีภาษาไทย คุณอ่านเป็นภาษาเหล่านี้ได้:", "ใครช่วยเป็นภาษาไทย"),
    "my": UnofferedNotice("ဤဝဘ်ဆိုက်ကို မြန်မာဘာသာဖြင့် မရနိုင်သေးပါ။ ဤဘာသာစကားများဖြင့် ဖတ်နိုင်ပါသည်။", "ဘယ်သူက မြန်မာလို ကူညီပေးသလဲ"),
    "hi": UnofferedNotice("यह वेबसाइट अभी हिन्दी में नहीं है। आप इसे इन भाषाओं में पढ़ सकते हैं:", "हिन्दी में कौन मदद करता है"),
    "sq": UnofferedNotice("Kjo faqe nuk është ende në shqip. Mund ta lexoni në këto gjuhë:", "Kush ndihmon në shqip"),
    "ka": UnofferedNotice("ეს საიტი ჯერ არ არის ქართულად. შეგიძლიათ წაიკითხოთ ამ ენებზე:", "ვინ გეხმარებათ ქართულად"),
    "az": UnofferedNotice(
        "Bu sayt hələ Azərbaycan dilində deyil. Onu bu dillərdə oxuya bilərsiniz:", "Kim Azərbaycan dilində kömək edir"
    ),
    "uz": UnofferedNotice(
        "Bu sayt hali oʻzbek tilida emas. Uni shu tillarda oʻqishingiz mumkin:", "Kim oʻzbek tilida yordam beradi"
    ),
    "ky": UnofferedNotice(
        "Бул сайт азырынча кыргызча эмес. Аны бул тилдерде окуй аласыз:", "Ким кыргызча жардам берет"
    ),
    "tg": UnofferedNotice(
        "Ин сомона ҳоло ба забони тоҷикӣ нест. Шумо онро ба ин забонҳо хонда метавонед:",
        "Кӣ ба забони тоҷикӣ кӯмак мекунад",
    ),
    "ro": UnofferedNotice(
        "Acest site nu este încă în limba română. Îl puteți citi în aceste limbi:", "Cine ajută în limba română"
    ),
    "fil": UnofferedNotice(
        "Wala pa sa Filipino ang site na ito. Mababasa mo ito sa mga wikang ito:", "Sino ang tumutulong sa Filipino"
    ),
    "sr": UnofferedNotice("Овај сајт још није на српском. Можете га читати на овим језицима:", "Ко помаже на српском"),
    "sr-Latn": UnofferedNotice(
        "Ovaj sajt još nije na srpskom. Možete ga čitati na ovim jezicima:", "Ko pomaže na srpskom"
    ),
}

#: Languages that have no sentence yet and none near them: no word is made up for them (Romani, Syriac: which dialect?).
WORDLESS = ("rom", "syr")
_NO_WORDS = UnofferedNotice("", "")


def is_told(code: str) -> bool:
    """Return whether a page says that this language is not there, in its words or by the names of those that are."""
    return code in SENTENCES or code in WORDLESS


def note_asked() -> None:
    """Keep the language of a wish that could not be met: the one of the address, or, at "/", the first that the browser asks for."""
    code = request.args.get(ASKED, "")
    if request.path == "/" and not request.cookies.get("lang"):
        code = next(iter(wishes_of(request.headers.get("Accept-Language", ""))), "")
    g.asked_language = code if is_told(code) and code not in offered_languages() else ""


def asked_language() -> str:
    """Return the code of the language that the reader asked for and did not get, where a page says so; else ""."""
    code: str = g.get("asked_language", "")
    return code


def near_languages() -> tuple[str, ...]:
    """Return the offered languages that whoever asked may read: those of their wish, those near it, and English.

    All of them, where we know of none that is near.
    """
    asked = asked_language()
    if not asked or not has_request_context():
        return ()
    if asked in WORDLESS:
        # The first page begins with the whole list, and says nothing more.
        return offered_languages() if "/" in request.path.strip("/") else ()
    wished = wishes_of(request.headers.get("Accept-Language", ""))
    near = (*fallbacks(asked)[1:-1], *wished, *SENTENCES[asked].near, SOURCE_LANGUAGE)
    return tuple(dict.fromkeys(code for code in near if code in offered_languages()))


def not_yet() -> UnofferedNotice | None:
    """Return what is said in the language that was asked for and is not there; None where nothing is."""
    asked = asked_language()
    return SENTENCES.get(asked, _NO_WORDS) if asked else None
