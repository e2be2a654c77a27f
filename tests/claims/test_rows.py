import pytest
from judged import TEXTS

from gradient_horizon import registries
from gradient_horizon.claims.rows import rows_text
from gradient_horizon.language.numbers import LANGUAGES

CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
TESTS = {f"{claim.id}/{test.id}": test for claim in CLAIMS for test in claim.tests}


@pytest.mark.parametrize(
    ("name", "english", "polish"),
    [
        (
            "short-memory/gradient-horizon",
            "experiment memory, cell tanh, remedy none, moment initial, longest length",
            "eksperyment memory, komórka tanh, bez środka, moment: początek, największa długość",
        ),
        (
            "orthogonal-lengthens-memory/kept",
            "experiment memory-orthogonal, cell tanh, remedy orthogonal-kept; "
            "against experiment memory, cell tanh, remedy none; policy chosen",
            "eksperyment memory-orthogonal, komórka tanh, środek orthogonal-kept; "
            "wobec eksperymentu memory, komórka tanh, bez środka; współczynnik uczenia: wybrany",
        ),
        (
            "gru-fewer-parameters/weights",
            "experiment memory-gates, cell gru, remedy none; against experiment memory-gates, cell lstm, remedy none",
            "eksperyment memory-gates, komórka gru, bez środka; "
            "wobec eksperymentu memory-gates, komórka lstm, bez środka",
        ),
        (
            "gru-similar/tasks",
            "experiments memory-gates, adding, temporal-order, selection, resetting, copying, digits, digits-permuted; "
            "policy chosen",
            "eksperymenty memory-gates, adding, temporal-order, selection, resetting, copying, digits, "
            "digits-permuted; współczynnik uczenia: wybrany",
        ),
        (
            "radius-sets-memory/prediction",
            "experiment radius, radii below 1, policy chosen",
            "eksperyment radius, promienie poniżej 1, współczynnik uczenia: wybrany",
        ),
        (
            "forget-bias-lengthens-memory/sigmoid-power",
            "experiment flow-gate-bias, cell lstm, remedies forget-bias-1, -2, -3 and -5, moment initial",
            "eksperyment flow-gate-bias, komórka lstm, środki forget-bias-1, -2, -3 i -5, moment: początek",
        ),
        (
            "does-not-converge/unclipped",
            "experiment explosion, cell relu, remedy none, judged seeds; table baselines",
            "eksperyment explosion, komórka relu, bez środka, oceniane ziarna; tabela baselines",
        ),
        ("eigen-power/random", "kind random", "rodzaj random"),
    ],
)
def test_where_rows_are_is_said_in_both_languages(name, english, polish):
    assert [rows_text(TESTS[name], TEXTS[language].words["rows"]) for language in ("en", "pl")] == [english, polish]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_narrows_rows_down_has_its_phrase_and_no_phrase_is_unused(language):
    assert set(TEXTS[language].words["rows"]["where"]) == {name for test in TESTS.values() for name in test.where}
