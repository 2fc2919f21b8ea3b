"""Lists in the alphabetical order of the reader's language."""

from __future__ import annotations

import pytest

from perille.core.collation import alphabetical, initial


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("fi", ["Islanti", "Liettua", "Ruotsi", "Slovakia", "Suomi", "Viro", "Åland", "Äänekoski"]),
        ("en", ["Åland", "Estonia", "Iceland", "Lithuania", "Slovakia", "Sweden"]),
        ("et", ["Rootsi", "Soome", "Šveits", "Zambia", "Türgi", "Õhtu", "Äike", "Öö", "Ülikool"]),
        ("es", ["Ámsterdam", "Estonia", "Nube", "Ñame", "Oficina", "Suecia"]),
        (
            "lt",
            ["Centras", "Čekija", "Estija", "Yla", "Indija", "Islandija", "Įstaiga", "Suomija", "Šveicarija", "Žemė"],
        ),
        (
            "sk",
            ["Centrum", "Čechy", "Ďalší", "Dánsko", "Fínsko", "Hudba", "Charita", "Island", "Lotyšsko", "Ľudia"]
            + ["Ochrana", "Ôsmy", "Súd", "Škola", "Žilina"],
        ),
        ("uk", ["Грузія", "Ґана", "Естонія", "Єгипет", "Ізраїль", "Їжа", "Йорданія", "Литва"]),
        ("ru", ["Египет", "Ёлка", "Исландия", "Литва", "Эстония"]),
        ("ar", ["إستونيا", "السويد", "أيسلندا", "سلوفاكيا", "فنلندا", "ليتوانيا"]),
        (
            "prs",
            [
                "استونیا",
                "آیسلند",
                "پولیس",
                "تذکره",
                "چتری",
                "سویدن",
                "فنلند",
                "کار",
                "گروه",
                "لتوانیا",
                "ورود",
                "هلسنکی",
            ],
        ),
        (
            "is",
            ["Azoreyjar", "Árborg", "Hadda", "Haðarstígur", "Hafnarfjörður", "Zambía", "Þýskaland", "Ætt", "Örfirisey"],
        ),
    ],
)
def test_words_stand_in_the_order_of_their_alphabet(language: str, ordered: list[str]) -> None:
    assert alphabetical(reversed(ordered), language, str) == ordered


@pytest.mark.parametrize(
    ("word", "language", "letter"),
    [
        ("Charita", "sk", "CH"),
        ("Centrum", "sk", "C"),
        ("Čechy", "sk", "Č"),
        ("Ľudia", "sk", "L"),
        ("Åland", "fi", "Å"),
        ("Åland", "en", "A"),
        ("Yla", "lt", "I"),
        ("أيسلندا", "ar", "ا"),
        ("112", "fi", "1"),
    ],
)
def test_a_word_stands_under_a_letter_of_the_alphabet(word: str, language: str, letter: str) -> None:
    assert initial(word, language) == letter
