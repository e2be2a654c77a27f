"""Our numbers for published results are those of runs that the plan beside their tables lists."""

import json
import shutil

import pytest
from report_study import ROOT, make_study

from gradient_horizon.pipeline.command_line import main


@pytest.fixture
def sources(tmp_path):
    """The report's sources with a single published row, of the study of the test."""
    row = next(
        row
        for row in json.loads((ROOT / "report" / "published.json").read_text())["rows"]
        if row["id"] == "pascanu-basic-20"
    )
    row["ours"] = {"measure": "solved", "experiment": "recall-32", "cell": "tanh", "length": 5}
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "published.json").write_text(json.dumps({"unread": [], "rows": [row]}))
    return folder


def refusal(capsys, *results, sources):
    with pytest.raises(SystemExit) as ended:
        main(["keep-published", *map(str, results), "--sources", str(sources)])
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_folder_without_results_is_refused_and_nothing_is_moved(tmp_path, sources, capsys):
    (tmp_path / "empty").mkdir()
    said = refusal(capsys, tmp_path / "empty", sources=sources)
    assert "empty must be results of a study, with its plan and tables" in said
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_run_that_is_planned_but_not_in_the_tables_counts_as_missing(tmp_path, sources, capsys):
    results = make_study(tmp_path / "results")
    said = refusal(capsys, results, sources=sources)
    assert "published row 'pascanu-basic-20': its run must be in the results that are given" in said
    shutil.rmtree(results / "tables")
    assert "must be results of a study" in refusal(capsys, results, sources=sources)
