import math

import pytest
from judged import TEXTS

ENGLISH, POLISH = (TEXTS[language].quantities for language in ("en", "pl"))


def test_ends_of_a_narrow_interval_are_told_apart():
    assert ENGLISH.interval(0.99951, 0.99973) == "0.9995\u00a0to\u00a00.9997"
    assert ENGLISH.interval(0.2, 0.5) == "0.2\u00a0to\u00a00.5"
    assert POLISH.interval(1.0, 1.0) == "od\u00a01\u00a0do\u00a01"
    assert ENGLISH.bracketed(0.2, 0.5) == "[0.2\u00a0to\u00a00.5]"
    assert POLISH.bracketed(0.2, 0.5) == "[0,2;\u00a00,5]"
    assert POLISH.bracketed(math.nan, 0.5) == "–"
    assert [each.effect(-0.256, "share difference") for each in (ENGLISH, POLISH)] == ["−26\u00a0pp", "−26\u00a0p.p."]


@pytest.mark.parametrize(
    ("low", "high", "english", "polish"),
    [
        (0.99, 0.9934, "[0.990 to 0.993]", "[0,990; 0,993]"),
        (0.9985, 0.99998, "[0.999 to 1.000]", "[0,999; 1,000]"),
        (0.9985, 1.0002, "[0.999 to 1.00]", "[0,999; 1,00]"),
        (0.27, 0.54, "[0.27 to 0.54]", "[0,27; 0,54]"),
        (0.975, 2.2, "[0.975 to 2.20]", "[0,975; 2,20]"),
        (20, 80, "[20 to 80]", "[20; 80]"),
        (19.4, math.inf, "[19.4 to ∞]", "[19,4; ∞]"),
        (4.04e-12, 1.1e-10, "[4.04 · 10⁻¹² to 1.1 · 10⁻¹⁰]", "[4,04 · 10⁻¹²; 1,1 · 10⁻¹⁰]"),
    ],
)
def test_ends_in_brackets_have_equally_many_decimals_where_their_digits_allow(low, high, english, polish):
    told = [each.bracketed(low, high).replace("\u00a0", " ") for each in (ENGLISH, POLISH)]
    assert told == [english, polish]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1\u00a0krok"),
        (2.0, "2\u00a0kroki"),
        (5.0, "5\u00a0kroków"),
        (22.0, "22\u00a0kroki"),
        (12.34, "12,3\u00a0kroku"),
    ],
)
def test_polish_nouns_follow_their_numbers(value, text):
    assert POLISH.estimate(value, "steps") == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "english", "polish"),
    [
        (-math.inf, 0.05, "share", "≤\u00a05\u00a0%", "≤\u00a05%"),
        (0.05, math.inf, "share difference", "≥\u00a05\u00a0pp", "≥\u00a05\u00a0p.p."),
        (5, 10, "steps", "5\u00a0to\u00a010\u00a0steps", "od\u00a05\u00a0do\u00a010\u00a0kroków"),
        (0.75, 0.75, "-", "0.75", "0,75"),
    ],
)
def test_a_region_is_written_with_its_unit_and_its_open_ends(low, high, unit, english, polish):
    assert [each.region_with_unit(low, high, unit) for each in (ENGLISH, POLISH)] == [english, polish]
