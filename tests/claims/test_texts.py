import json
import re

import pytest
from judged import PROSE
from numerals import numerals, placeholders

from gradient_horizon import registries
from gradient_horizon.claims.texts import TextsOfTest
from gradient_horizon.language.numbers import LANGUAGES

CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
NAMES = [f"{claim.id}/{test.id}" for claim in CLAIMS for test in claim.tests]
CATALOGUES = {language: json.loads((PROSE / language / "claims.json").read_text()) for language in LANGUAGES}
NOUNS = {"steps", "of_steps", "times"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_and_every_test_has_all_its_texts_and_no_text_is_unused(language):
    assert set(CATALOGUES[language]) == {*registries.CLAIMS, *NAMES}
    for name, texts in CATALOGUES[language].items():
        assert set(texts) == (set(TextsOfTest._fields) if "/" in name else {"title", "quote"}), name
        assert all(text.strip() for text in texts.values()), name


@pytest.mark.parametrize("name", NAMES)
def test_a_polish_twin_fills_in_the_same_values_and_names_the_same_numbers(name):
    twin, english = (CATALOGUES[language][name] for language in ("pl", "en"))
    assert placeholders(twin["if_pass"]) - NOUNS == placeholders(english["if_pass"])
    assert placeholders(twin["if_fail"]) - NOUNS == placeholders(english["if_fail"])
    for text in ("question", "statistic"):
        assert numerals(twin[text]) == numerals(english[text]), text
    assert twin["question"].endswith("?")
    assert english["question"].endswith("?")
    assert not re.search(r"\d\.\d", "".join(twin.values()))
