"""Claims that only a preset has the runs for: named in a line where they are not asked, on the board where they are."""

import pytest
from drawing import texts_of
from hand_made_tables import EMPTY, frame
from judged import TEXTS
from report_read import readable, text_of
from report_study import LANGUAGES, PROSE, html_of, make_study

from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.tables.catalogue import TABLES

pytestmark = pytest.mark.slow

OF_PRESETS = [claim for claim in registered_claims() if claim.preset]
ASKED = "remembering-need-not-extrapolate"
RUN = {"run": "one", "experiment": "modern-recall", "task": "recall", "cell": "lru", "remedy": "none", "length": 5}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page in each language, of a study without the runs of a preset and of one with a run that two claims read."""
    results = make_study(tmp_path_factory.mktemp("report"))
    without = {language: html_of(results, language) for language in LANGUAGES}
    tables = EMPTY | {"runs": frame("runs", [RUN])}
    TABLES["runs"].save(tables["runs"], results / "tables")
    judge_all(tables, PROSE, results / "claims")
    tests = TESTS.load(results / "claims")
    TESTS.save(tests.assign(silence=tests["silence"].mask(tests["claim"].eq(ASKED), "floor")), results / "claims")
    return without, {language: html_of(results, language) for language in LANGUAGES}


def captions(language):
    """Those of the figures of later cells."""
    return [readable(texts_of(name, language)["caption"]) for name in ("then-and-now", "profiles-then-and-now")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_without_their_runs_names_them_in_one_line_with_their_preset_and_shows_no_card(pages, language):
    page = pages[0][language]
    titles = "; ".join(TEXTS[language].title(claim.id) for claim in OF_PRESETS)
    assert titles in text_of(page)
    assert "workflow/presets/modern.yaml" in page
    for claim in OF_PRESETS:
        assert f'href="#claim-{claim.id}"' not in page
        assert f'id="claim-{claim.id}"' not in page
    assert not any(caption in text_of(page) for caption in captions(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_with_one_of_their_runs_has_those_that_read_it_on_the_board_and_the_figures_beside(pages, language):
    page, asked = pages[1][language], ASKED
    assert [f'href="#claim-{claim.id}"' in page for claim in OF_PRESETS] == [claim.id == asked for claim in OF_PRESETS]
    assert f'id="claim-{asked}"' in page
    others = [TEXTS[language].title(claim.id) for claim in OF_PRESETS if claim.id != asked]
    assert "; ".join(others) in text_of(page)
    assert all(caption in text_of(page) for caption in captions(language))
