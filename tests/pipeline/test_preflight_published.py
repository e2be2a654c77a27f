"""The preflight names published rows that are incomplete, or for which there is no number of ours."""

import json
import shutil

import pytest
from report_study import ROOT

from gradient_horizon.pipeline import preflight
from gradient_horizon.pipeline.preflight import Subject
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

SMOKE = validated_study(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda row: row.pop("place"), "published row 'pascanu-basic-20': place: Field required"),
        (lambda row: row["conditions"].update(en=""), "published row 'pascanu-basic-20': conditions.en: String should"),
        (
            lambda row: row["ours"].update(experiment="nowhere"),
            "published row 'pascanu-basic-20': our number for it must be kept, got none for experiment 'nowhere'",
        ),
        (
            lambda row: row.update(ours={"measure": "test", "test": "three-gates/none"}),
            "published row 'pascanu-basic-20': must name a test of a claim, as claim/test, got 'three-gates/none'",
        ),
    ],
)
def test_a_published_row_without_place_conditions_or_run_is_named(tmp_path, monkeypatch, change, sentence):
    rows = json.loads((ROOT / "report" / "published.json").read_text())
    change(next(row for row in rows["rows"] if row["id"] == "pascanu-basic-20"))
    monkeypatch.setattr(preflight, "SOURCES", tmp_path)
    (tmp_path / "published.json").write_text(json.dumps(rows))
    shutil.copytree(ROOT / "report" / "published", tmp_path / "published")
    (found,) = preflight._published_problems(Subject(SMOKE, "smoke"))
    assert found.startswith(sentence)


def test_a_study_with_runs_of_published_rows_needs_no_numbers_yet(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "SOURCES", tmp_path)
    shutil.copy(ROOT / "report" / "published.json", tmp_path)
    files = (ROOT / "config.yaml", ROOT / "workflow" / "presets" / "paper.yaml")
    assert list(preflight._published_problems(Subject(validated_study(read_yaml(*files)), "paper"))) == []
    (found,) = preflight._published_problems(Subject(SMOKE, "smoke"))
    assert found.startswith("published row 'pascanu-sigmoid-16': our number for it must be kept")
