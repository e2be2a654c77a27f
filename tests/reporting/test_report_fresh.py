"""What the report says of the same design on fresh seeds."""

import json
import re
import shutil

import pytest
from report_read import print_of, readable, text_of
from report_study import CLAIMS, COMMIT, LANGUAGES, PROSE, give_verdict, html_of, pdf_of

from gradient_horizon.claims.fresh import freeze, keep_fresh
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.study.model import Study

GATES = "gates-cure-vanishing"


@pytest.fixture
def kept(results, tmp_path):
    """The report's sources, with verdicts of the study's own design on seeds from 1000 on, of which two differ."""
    study = Study.model_validate_json((results / "plan" / "study.json").read_text())
    prose, claims = shutil.copytree(PROSE, tmp_path / "prose"), tmp_path / "fresh"
    give_verdict(results, Verdict.SUPPORTED)
    tests, verdicts = TESTS.load(results / "claims"), VERDICTS.load(results / "claims")
    own = tests["claim"].eq(GATES)
    tests.loc[tests.index[own][:2], "outcome"] = "fail"
    tests.loc[tests.index[own][2], "outcome"] = "unclear"
    verdicts.loc[verdicts["claim"].eq(GATES), "verdict"] = "depends on"
    TESTS.save(tests, claims)
    VERDICTS.save(verdicts, claims)
    freeze(study, prose / "fresh")
    defaults = study.defaults.model_copy(update={"first_seed": 1000})
    keep_fresh(study.model_copy(update={"defaults": defaults}), claims, prose / "fresh")
    return prose


FRESH = {
    "en": (
        "Run again on fresh seeds: depends on …; of the tests that are decided on both sets of seeds ({decided}), "
        "{agreeing} agree. Changed: lstm (recall-32), lstm (adding-32).",
        "The design was frozen and run once more",
    ),
    "pl": (
        "Ponownie, na świeżych ziarnach: zależy od …; z testów rozstrzygniętych na obu zestawach ziaren "
        "({decided}) zgadza się {agreeing}. Zmieniły się: lstm (recall-32), lstm (adding-32).",
        "Projekt zamrożono i uruchomiono jeszcze raz",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_on_fresh_seeds_stand_beside_those_of_the_same_design(results, kept, tmp_path, language):
    tests = TESTS.load(results / "claims")
    decided = int(tests["claim"].eq(GATES).sum()) - 1
    own, overall = FRESH[language]
    own = readable(own.format(decided=decided, agreeing=decided - 2))
    data = contents(results, kept, language, COMMIT)
    table = {row[0]["link"]: [cell["text"] for cell in row] for row in data["tables"]["fresh"]["rows"]}
    assert set(table) == {f"claim-{claim.id}" for claim in CLAIMS}
    word = Wording(PROSE, language).verdict
    changed = "lstm (recall-32), lstm (adding-32)"
    verdicts = [word(verdict)["word"] for verdict in ("supported", "depends on")]
    assert table[f"claim-{GATES}"][1:] == [*verdicts, str(decided), str(decided - 2), changed]
    total, agreeing = (sum(int(row[place]) for row in table.values()) for place in (3, 4))
    assert agreeing == total - 2
    shown = [text_of(html_of(results, language, kept)), print_of(pdf_of(results, language, kept), tmp_path)]
    for text in shown:
        assert text.count(own) == 1
        assert overall in text
        assert readable(f"({total})") in text[text.index(overall) :][:200]
    assert all(data["tables"]["fresh"]["caption"] in text for text in shown)


def nothing_kept(prose):
    (prose / "fresh" / "seeds.json").unlink()


def other_seeds(prose):
    (prose / "fresh" / "seeds.json").write_text('{"first_seed": 0}')


def other_design(prose):
    file = prose / "fresh" / "design.json"
    file.write_text(json.dumps(dict.fromkeys(json.loads(file.read_text()), "0" * 16)))


@pytest.mark.parametrize("change", [nothing_kept, other_seeds, other_design])
def test_without_verdicts_on_other_seeds_of_the_same_design_nothing_is_said_of_them(results, kept, change):
    change(kept)
    data = contents(results, kept, "en", COMMIT)
    assert "fresh" not in data["tables"]
    assert data["fresh"] == ""
    page = text_of(html_of(results, "en", kept))
    assert not re.search("fresh seeds", page)
    assert "frozen and run once more" not in page
