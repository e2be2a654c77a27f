import pytest
from report_study import PROSE

from gradient_horizon.reporting.chance import wrong_by_chance
from gradient_horizon.reporting.wording import Wording


@pytest.mark.parametrize(
    ("tests", "language", "told"),
    [
        (198, "en", "With 198 tests at 95 %, about 10 of them will come out wrong by chance."),
        (20, "en", "With 20 tests at 95 %, about 1 of them will come out wrong by chance."),
        (10, "en", "With 10 tests at 95 %, the chance that any comes out wrong is at most 50 %."),
        (1, "en", "With 1 test at 95 %, the chance that any comes out wrong is at most 5 %."),
        (
            198,
            "pl",
            "Przy 198 testach i 95-procentowych przedziałach ufności należy się spodziewać, że przez przypadek źle "
            "wypadnie około 10.",
        ),
        (
            1,
            "pl",
            "Przy 1 teście i 95-procentowych przedziałach ufności szansa, że przez przypadek którykolwiek wypadnie "
            "źle, wynosi najwyżej 5%.",
        ),
    ],
)
def test_of_many_tests_some_come_out_wrong_and_of_few_any_rarely(tests, language, told):
    assert wrong_by_chance(Wording(PROSE, language), tests).replace("\N{NO-BREAK SPACE}", " ") == told
