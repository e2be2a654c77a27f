import pytest

from gradient_horizon.language.numbers import LANGUAGES, Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.123"),
        (1234.5, "1,234"),
        (-0.5, "−0.5"),
        (0.0, "0"),
        (2.5e-9, "2.5\u00a0·\u00a010⁻⁹"),
        (float("inf"), "∞"),
        (float("nan"), "–"),
        (28.28, "28.3"),
    ],
)
def test_numbers_are_written_with_three_digits(value, text):
    assert Numbers("en").number(value) == text


def test_numbers_dates_and_shares_are_written_as_each_language_does():
    assert [Numbers(language).number(0.5) for language in LANGUAGES] == ["0.5", "0,5"]
    assert [Numbers(language).integer(12500) for language in LANGUAGES] == ["12,500", "12\u00a0500"]
    assert [Numbers(language).integer(1500) for language in LANGUAGES] == ["1,500", "1500"]
    assert [Numbers(language).share(0.256) for language in LANGUAGES] == ["26\u00a0%", "26%"]
    assert [Numbers(language).day("2026-11-24") for language in LANGUAGES] == [
        "November\u00a024,\u00a02026",
        "24\u00a0listopada\u00a02026",
    ]
