import pytest

from gradient_horizon.reporting import glyphs
from gradient_horizon.reporting.glyphs import printable, shows, unprintable

LANGUAGES_OF_EUROPE = "zażółć gęślą jaźń façade ŒÆØ ελληνικά кириллица → ∞ ✓ ◐ − ⁻⁹"


def test_typst_says_which_characters_it_cannot_show():
    assert unprintable(["循環🧠", LANGUAGES_OF_EUROPE, "plain"]) == ["循", "環", "🧠"]
    assert shows([LANGUAGES_OF_EUROPE])


def test_contents_that_can_be_shown_stay_the_same_object():
    contents = {"title": LANGUAGES_OF_EUROPE, "rows": [["plain", 1, None]]}
    assert printable(contents) is contents


def test_a_character_that_cannot_be_shown_is_replaced_wherever_it_stands():
    contents = {"title": "循環🧠 of ąż", "rows": [[{"text": "a環b", "n": 1}], None, True]}
    assert printable(contents) == {"title": "��� of ąż", "rows": [[{"text": "a�b", "n": 1}], None, True]}
    assert contents["title"] == "循環🧠 of ąż"


@pytest.mark.parametrize("odd", ["\x07", "\x1c", "\ue000", "\uffff", "\ud800", "ก็", "👩\u200d🔬\ufe0f"])
def test_what_is_left_can_be_shown(odd):
    shown = printable([f"before{odd}after", odd])
    assert shows(shown)
    assert shown[0].startswith("before")
    assert "�" in shown[0]


def test_a_word_whose_characters_fail_only_together_keeps_its_plain_letters(monkeypatch):
    monkeypatch.setattr(glyphs, "shows", lambda words: not any("éx" in word for word in words))
    assert glyphs.printable(["éx and é"]) == ["�x and é"]


def test_a_question_mark_stands_in_where_the_fonts_lack_the_sign_for_it(monkeypatch):
    monkeypatch.setattr(glyphs, "shows", lambda words: all(word.isascii() for word in words))
    assert glyphs.printable(["環b"]) == ["?b"]
