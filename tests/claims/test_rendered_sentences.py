"""Every sentence of the rendered report: short enough to be said aloud, in both languages."""

import re
from pathlib import Path

import pytest
from judged import TEXTS

from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import words_in

SAMPLE = Path(__file__).parents[2] / "docs" / "sample"
VERDICT = {
    row["claim"]: Verdict(row["verdict"]) for row in VERDICTS.load_csv(SAMPLE / "verdicts.csv").to_dict("records")
}
ROWS = TESTS.load_csv(SAMPLE / "tests.csv")
MOST_WORDS = {True: 45, False: 80}
UNSPEAKABLE = re.compile(r"[{}]|\bnan\b|;;|\.\.|  |\b0\.\d{3}|\b0,\d{3}")


@pytest.mark.parametrize("brief", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("claim", VERDICT)
def test_a_sentence_has_few_words_and_few_digits(claim, language, brief):
    rows = ROWS[ROWS["claim"].eq(claim)].to_dict("records")
    said = sentence(VERDICT[claim], rows, TEXTS[language], brief=brief)
    assert words_in(said) <= MOST_WORDS[brief], said
    assert not UNSPEAKABLE.search(said.replace("torch.nn", "")), said
    assert said.endswith(".")
    # sentences begin behind ". ", and no clause of a sentence ends with a stop of its own
    assert not re.search(r"\. [a-ząćęłńóśźż]", said), said


@pytest.mark.parametrize("claim", VERDICT)
def test_no_name_of_the_configuration_is_said(claim):
    rows = ROWS[ROWS["claim"].eq(claim)].to_dict("records")
    for language in LANGUAGES:
        said = sentence(VERDICT[claim], rows, TEXTS[language])
        assert not re.search(r"\w+-32\b|late_factor|policy|clipped-|truncated-|radius-\d", said), said
