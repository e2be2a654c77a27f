"""Quantities as one says them aloud."""

import math

import pytest
from judged import PROSE

from gradient_horizon.language.numbers import LANGUAGES, NO_BREAK, Numbers
from gradient_horizon.language.spoken import Bound, Spoken, rounded
from gradient_horizon.language.words import read_words

SPOKEN = {
    language: Spoken(Numbers(language), read_words(PROSE / language / "evidence.json")["spoken"])
    for language in LANGUAGES
}
ENGLISH, POLISH = SPOKEN["en"], SPOKEN["pl"]


def plain(text):
    return text.replace(NO_BREAK, " ")


@pytest.mark.parametrize(
    ("value", "nearest", "at_least", "at_most"),
    [
        (5.28, 5.3, 5.2, 5.3),
        (135.0, 140.0, 130.0, 140.0),
        (0.3872, 0.39, 0.38, 0.39),
        (1582.0, 1600.0, 1500.0, 1600.0),
        (2.0, 2.0, 2.0, 2.0),
        (-13.77, -14.0, -14.0, -13.0),
        (0.0, 0.0, 0.0, 0.0),
    ],
)
def test_two_digits_are_kept_and_a_limit_stays_true(value, nearest, at_least, at_most):
    assert rounded(value) == nearest
    assert rounded(value, Bound.AT_LEAST) == at_least <= value
    assert rounded(value, Bound.AT_MOST) == at_most >= value


def test_what_is_not_finite_is_not_rounded():
    assert rounded(math.inf) == math.inf
    assert math.isnan(rounded(math.nan))


@pytest.mark.parametrize(
    ("value", "english", "polish"),
    [
        (7.1667, "7.2", "7,2"),
        (1582.0, "1,600", "1600"),
        (1.03e7, "10 million", "10 milionów"),
        (2.2e6, "2.2 million", "2,2 miliona"),
        (3.4e9, "3.4 billion", "3,4 miliarda"),
        (5e15, "5 · 10¹⁵", "5 · 10¹⁵"),
        (1e-14, "10⁻¹⁴", "10⁻¹⁴"),
        (2.2e-16, "2.2 · 10⁻¹⁶", "2,2 · 10⁻¹⁶"),
    ],
)
def test_large_numbers_have_names_and_tiny_ones_powers(value, english, polish):
    assert plain(ENGLISH.number(value)) == english
    assert plain(POLISH.number(value)) == polish


@pytest.mark.parametrize(
    ("values", "bound", "english", "polish"),
    [
        ([17.0], Bound.ESTIMATE, "17 steps", "17 kroków"),
        ([22.2], Bound.ESTIMATE, "22 steps", "22 kroki"),
        ([1.0], Bound.ESTIMATE, "1 step", "1 krok"),
        ([7.2, 12.0], Bound.ESTIMATE, "7.2 to 12 steps", "od 7,2 do 12 kroków"),
        ([7.21, 7.19], Bound.ESTIMATE, "7.2 steps", "7,2 kroku"),
        ([20.0, 28.0], Bound.AT_LEAST, "at least 20 steps", "co najmniej 20 kroków"),
        ([20.0, 28.0], Bound.AT_MOST, "at most 28 steps", "co najwyżej 28 kroków"),
    ],
)
def test_what_is_counted_takes_its_noun_and_a_limit_holds_for_all(values, bound, english, polish):
    assert plain(ENGLISH.counted(values, "steps", bound)) == english
    assert plain(POLISH.counted(values, "steps", bound)) == polish


@pytest.mark.parametrize(
    ("values", "english", "polish"),
    [
        ([0.29], "about a third", "3,4 raza"),
        ([0.373], "about a third", "2,7 raza"),
        ([0.543, 0.5426], "about half", "1,8 raza"),
        ([0.41], "0.41 times", "2,4 raza"),
        ([0.37, 0.43], "0.37 to 0.43 times", "od 2,3 do 2,7 raza"),
        ([0.25], "about a quarter", "4 razy"),
    ],
)
def test_a_ratio_below_1_is_a_fraction_or_how_many_times_less(values, english, polish):
    assert plain(ENGLISH.below(values)) == english
    assert plain(POLISH.below(values)) == polish


def test_a_limit_of_a_ratio_below_1_is_the_opposite_limit_of_how_many_times_less():
    assert plain(ENGLISH.below([0.3872], Bound.AT_MOST)) == "at most 0.39 times"
    assert plain(POLISH.below([0.3872], Bound.AT_MOST)) == "co najmniej 2,5 raza"


@pytest.mark.parametrize(
    ("values", "english", "polish"),
    [
        ([1.5e-25], "less than a billionth of", "mniej niż miliardową część"),
        ([2e-7], "less than a millionth of", "mniej niż milionową część"),
        ([2e-25, 5e-4], "less than a thousandth of", "mniej niż tysięczną część"),
        ([0.0113], "1 % of", "1%"),
        ([0.688], "69 % of", "69%"),
        ([0.596, 0.688], "60 % to 69 % of", "od 60% do 69%"),
        ([3.2], "3.2 times", "3,2-krotność"),
    ],
)
def test_a_part_is_said_as_a_part_of_a_whole(values, english, polish):
    assert plain(ENGLISH.part(values)) == english
    assert plain(POLISH.part(values)) == polish


@pytest.mark.parametrize(
    ("values", "english"),
    [([0.0], "none of the"), ([1.0], "all"), ([0.93], "93 % of the"), ([0.001], "under 1 % of the")],
)
def test_a_share_of_networks_is_none_all_or_per_cent(values, english):
    assert plain(ENGLISH.of_all(values)) == english


def test_points_have_no_sign_and_a_deviation_is_rounded_up():
    assert plain(ENGLISH.points([-0.42])) == "42 points"
    assert plain(POLISH.points([0.02])) == "2 punkty procentowe"
    assert plain(ENGLISH.deviation([0.9984, 1.0])) == "1 %"
    assert plain(ENGLISH.deviation([1.0, 1.0201])) == "3 %"


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["LSTMs"], "LSTMs"),
        (["LSTMs", "GRUs", "LSTMs"], "LSTMs and GRUs"),
        (["tanh networks", "ReLU networks"], "tanh and ReLU networks"),
        (
            ["tanh networks with clipping at 1", "ReLU networks with clipping at 1"],
            "tanh and ReLU networks with clipping at 1",
        ),
        ([f"tanh networks with radius {r}" for r in (0.5, 0.8, 0.9)], "tanh networks with radius 0.5, 0.8 and 0.9"),
        (
            ["tanh networks with a window of 10 steps", "tanh networks with a window of 5 steps"],
            "tanh networks with a window of 10 and 5 steps",
        ),
        (["tanh networks", "tanh networks with clipping at 1"], "tanh networks and tanh networks with clipping at 1"),
        (
            ["LSTMs without a forget gate", "LSTMs without an output gate"],
            "LSTMs without a forget gate and LSTMs without an output gate",
        ),
        (["in recall with 32 units", "in recall with 64 units"], "in recall with 32 and 64 units"),
        (["in recall with 32 units", "in adding with 32 units"], "in recall and adding with 32 units"),
    ],
)
def test_words_that_all_names_share_are_said_once_where_that_misleads_nobody(items, said):
    assert ENGLISH.both(items) == said


def test_polish_names_share_their_noun():
    assert POLISH.both(["sieci LSTM", "sieci GRU"], "or") == "sieci LSTM lub GRU"
    assert POLISH.both(["sieci LSTM z inicjalizacją chrono", "sieci LSTM bez bramki wyjściowej"]) == (
        "sieci LSTM z inicjalizacją chrono i LSTM bez bramki wyjściowej"
    )
