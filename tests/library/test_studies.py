"""Results of a study as frames and networks, and what is said where they cannot be read."""

import json
import shutil
import sys

import numpy as np
import pandas as pd
import pytest
from study_results import make_results, tiny_study

from gradient_horizon import load_study, registries
from gradient_horizon.errors import ResultsError
from gradient_horizon.library.studies import SCHEMAS
from gradient_horizon.reporting.asked import claims_shown
from gradient_horizon.reporting.wording import COLOURS
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.storage import read_arrays, write_json
from gradient_horizon.tables.schema import Column, Schema

pytestmark = pytest.mark.slow


@pytest.fixture
def copied(folder, tmp_path):
    """The results again, for a test that damages them."""
    shutil.copytree(folder, tmp_path / "copy")
    return tmp_path / "copy" / "results" / "default"


def files_of(folder):
    return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.rglob("*") if file.is_file()}


def test_every_table_is_there_with_its_schema(results):
    study, before = load_study(results), files_of(results.parents[1])
    assert set(registries.TABLES) | {"verdicts", "tests"} <= set(study) == set(SCHEMAS)
    for name in study:
        if name == "published":
            continue
        written = pd.read_csv(results / ("claims" if name in ("verdicts", "tests") else "tables") / f"{name}.csv")
        frame, schema = study[name], study.schema(name)
        assert len(frame) == len(written)
        assert list(frame) == list(schema.index)
        assert frame.attrs["columns"][schema.index[0]] == {"unit": schema["unit"].iloc[0], "meaning": schema.iloc[0, 2]}
        assert (schema["meaning"] != "").all()
        assert frame is (study[name] if name == "networks" else getattr(study, name))
    assert files_of(results.parents[1]) == before


def test_numbers_are_those_of_the_files(results):
    study = load_study(str(results))
    written = pd.read_csv(results / "tables" / "success.csv")
    np.testing.assert_allclose(study.success["solved_share"], written["solved_share"])
    assert study.schema("success").loc["length"].tolist()[:2] == ["count", "steps"]
    limits = [value for value in study.gradients["gradient_horizon"] if value is not None]
    assert all(isinstance(value, Censored) for value in limits)
    assert str(Censored.at_least(80)) == "≥ 80"
    assert str(Censored.at_most(2.5)) == "≤ 2.5"
    assert str(Censored.exactly(7)) == "7"


def test_a_study_is_found_by_its_name_and_so_is_a_part_of_it(results, folder, monkeypatch):
    monkeypatch.chdir(folder)
    study = load_study("default")
    assert study.folder.as_posix() == "results/default"
    assert len(study.networks(cell="gru", length=5)) == 2
    part = load_study("results/default")
    pd.testing.assert_frame_equal(part.verdicts, study.verdicts)


@pytest.mark.parametrize("moment", ["initial", "half", "final"])
def test_networks_are_those_of_the_store(results, folder, moment):
    networks = load_study(results).networks(cell="lstm", moment=moment)
    assert networks.table["length"].tolist() == [5, 5, 20, 20]
    assert networks.table["seed"].tolist() == [0, 1, 0, 1]
    assert set(networks.table["moment"]) == {moment}
    stored = [
        read_arrays(outcome.with_name("networks.safetensors"))
        for outcome in sorted(folder.glob("store/runs/*/*/outcome.json"))
        if json.loads(outcome.read_text())["recurrent_weights"] == 4 * 4 * (4 + 10)
    ]
    every = {arrays[f"{moment}.recurrent"].tobytes() for arrays in stored}
    assert {networks.recurrent[:2].tobytes(), networks.recurrent[2:].tobytes()} == every
    assert networks.weights["readout.h"].shape == (4, 8, 4)
    one = load_study(results).networks(cell="lstm", length=20, seed=1, learning_rate=0.01, moment=moment)
    np.testing.assert_array_equal(one.recurrent[0], networks.recurrent[3])
    assert repr(one).startswith("1 network of cell LSTM: i.h [1, 4, 4], ")
    assert "readout.bias" in one._repr_html_()


def test_chosen_networks_are_those_of_the_study(tmp_path):
    study = tiny_study(
        {"name": "memory", "task": "recall", "cells": ["tanh"]}, seeds=3, pilot_seeds=1, learning_rates=[0.001, 0.01]
    )
    results = make_results(study, tmp_path / "elsewhere", tmp_path / "results" / "tiny")
    loaded = load_study(results, store=tmp_path / "elsewhere")
    every, chosen = loaded.networks(length=4), loaded.networks(length=4, chosen=True)
    assert len(every) == 8
    wanted = loaded["networks"].query("length == 4 and chosen and judged")
    assert chosen.table["learning_rate"].tolist() == wanted["learning_rate"].tolist()
    assert chosen.table["seed"].tolist() == [0, 1, 2]
    with pytest.raises(ResultsError, match=r"store must be the store with the runs of .*; say where it is"):
        load_study(results).networks()


def test_a_verdict_in_a_sentence(results):
    study = load_study(results)
    kept = json.loads((results / "claims" / "gru-similar" / "verdict.json").read_text(encoding="utf-8"))["sentence"]
    assert study.sentence("gru-similar") == kept["en"]
    assert study.sentence("gru-similar", language="pl") == kept["pl"] != kept["en"]
    with pytest.raises(ValueError, match=r"claim must be one of above-one-explodes, .*, got 'gru'"):
        study.sentence("gru")
    with pytest.raises(ValueError, match="language must be one of en, pl, got 'de'"):
        study.sentence("gru-similar", language="de")


def test_what_a_notebook_shows(results):
    study = load_study(results)
    asked = claims_shown(study.verdicts, study.tests, study.runs)
    others = len(study.verdicts) - len(asked)
    assert "gru-similar" in asked
    assert others > 10
    lecture = f"{others} claims of the lecture are not asked"
    judged = f"{len(asked)} claim{'s' * (len(asked) > 1)} judged"
    assert repr(study) == f"study default in {results}: {judged}; {lecture}"
    html = study._repr_html_()
    assert html.count("<tr") == 1 + len(asked)
    assert html.count(f">{lecture}<") == 1
    assert "eigen-power" not in html
    assert study.sentence("gru-similar").split(":")[0] in html
    assert COLOURS["inconclusive"] in html
    assert "color:#fff" in html
    assert "background:white" not in html


def test_own_judged_claims_stand_first(copied):
    study = load_study(copied)
    verdicts, tests = study.verdicts.copy(), study.tests.copy()
    for frame in (verdicts, tests):
        frame["claim"] = frame["claim"].replace("gru-fewer-parameters", "judged-mine")
    study._read |= {"verdicts": verdicts, "tests": tests}
    html = study._repr_html_()
    assert 0 < html.index("judged-mine") < html.index("gru-similar")
    assert list(study.verdicts["claim"]).index("judged-mine") > 0
    (copied / "tables" / "runs.parquet").unlink()
    study._read.pop("runs", None)
    assert repr(study).endswith(f"{len(verdicts)} claims judged")


def test_networks_of_a_cell_that_python_does_not_find(tmp_path, monkeypatch):
    above = tmp_path / "mine"
    above.mkdir()
    (above / "own_cells_of_mine.py").write_text(
        "from gradient_horizon import Block, Cell\n"
        "from gradient_horizon.engine.functions import tanh\n\n\n"
        "class Mine(Cell):\n    blocks = (Block('a'),)\n\n    def step(self, a, h):\n        return tanh(a)\n"
    )
    name = "own_cells_of_mine:Mine"
    with monkeypatch.context() as inside:
        inside.syspath_prepend(above)
        study = tiny_study({"name": "memory", "task": "recall", "cells": [name]}, seeds=1, lengths=[5])
        make_results(study, above / "store", above / "results" / "tiny")
        del sys.modules["own_cells_of_mine"]
    monkeypatch.chdir(tmp_path)
    loaded = load_study("mine/results/tiny")
    assert repr(loaded).startswith("study tiny in mine/results/tiny: mine/results/tiny must have claims/")
    with pytest.raises(ResultsError, match=rf"'{name}' must be importable .*sys.path.insert\(0, '{above}'\)"):
        loaded.networks()
    assert "own_cells_of_mine" not in sys.modules
    monkeypatch.syspath_prepend(above)
    assert loaded.networks(length=np.int64(5)).weights["a.h"].shape == (1, 4, 4)
    del sys.modules["own_cells_of_mine"]


def test_numbers_of_numpy_choose_networks(results):
    study = load_study(results)
    wanted = study.networks(cell="lstm", length=20, seed=1, learning_rate=0.01)
    found = study.networks(cell="lstm", length=np.int32(20), seed=np.uint8(1), learning_rate=np.float32(0.01))
    np.testing.assert_array_equal(found.recurrent, wanted.recurrent)
    assert found[np.int64(0)].table["seed"].tolist() == [1]
    with pytest.raises(ValueError, match=r"networks must be of runs .*, got length \[5, 20\]; .*length: 5, 20"):
        study.networks(length=np.array([5, 20]))


@pytest.mark.parametrize("given", [{"path": ""}, {"path": " "}, {"path": "default", "store": ""}])
def test_an_empty_path_is_no_folder(given, folder, monkeypatch):
    monkeypatch.chdir(folder)
    with pytest.raises(ValueError, match=r"(path|store) must be the path of a folder .*, got ' ?'"):
        load_study(**given)


def test_what_is_shown_is_escaped(copied):
    write_json(copied / "plan" / "study.json", {"title": "<script>alert(1)</script>"})
    html = load_study(copied)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda study: study["horizon"], "a table must be one of verdicts, .*, got 'horizon'"),
        (lambda study: study.schema("horizon"), "a table must be one of verdicts"),
        (lambda study: study.networks(), "networks must be of one task, cell, .*, got cell gru, lstm; choose by cell="),
        (lambda study: study.networks(cell="gruu"), r"got cell 'gruu'; experiment: recall-32; .*; length: 5, 20"),
        (lambda study: study.networks(cell="gru", seed=77), "got cell 'gru', seed 77: no seed or rate of theirs fits"),
        (lambda study: study.networks(moment="last"), "moment must be one of initial, half, final, got 'last'"),
    ],
)
def test_wrong_names(results, call, message):
    with pytest.raises(ValueError, match=message):
        call(load_study(results))


def test_a_wrong_attribute(results):
    study = load_study(results)
    with pytest.raises(AttributeError, match="a study has no 'verdict'; it has the frames verdicts, tests, runs"):
        study.verdict  # noqa: B018
    with pytest.raises(AttributeError) as error:
        study.network  # noqa: B018
    assert 'the frame study["networks"], and the methods networks, schema and sentence' in str(error.value)
    assert ", networks," not in str(error.value)
    assert "horizons" in dir(study)


def test_what_is_no_study(results, folder, tmp_path):
    for path, there in (
        (folder, f"{folder}/results has the studies default"),
        (folder / "results", f"{folder}/results has the studies default"),
        (folder / "results" / "defualt", f"{folder}/results has the studies default"),
        (results / "tables", "there are agreement.csv"),
        (tmp_path / "nowhere" / "else", f"there is no folder {tmp_path}/nowhere"),
    ):
        with pytest.raises(ResultsError, match="must be a folder with results of a study") as error:
            load_study(path)
        assert str(error.value).startswith(str(path))
        assert there in str(error.value)


def test_damaged_files_are_left_as_they_are(copied):
    study, file = load_study(copied), copied / "tables" / "success.parquet"
    file.write_bytes(file.read_bytes()[:-1])
    networks = next((copied.parents[1] / "store").glob("runs/*/*/networks.safetensors"))
    networks.write_bytes(b"")
    before = files_of(copied.parents[1])
    with pytest.raises(ResultsError, match=r"success.parquet must match the checksum .*; it was left as it is"):
        study.success  # noqa: B018
    with pytest.raises(ResultsError, match=r"networks.safetensors must match the checksum"):
        [study.networks(cell=cell, length=length) for cell in ("gru", "lstm") for length in (5, 20)]
    assert len(study.runs) == 4
    assert files_of(copied.parents[1]) == before


def test_a_study_that_is_not_finished(copied):
    shutil.rmtree(copied / "claims")
    study = load_study(copied)
    assert len(study.runs) == 4
    missing = r"must have claims/verdicts.parquet, got none: the study is not finished, or .* there are checks, "
    with pytest.raises(ResultsError, match=missing):
        study.verdicts  # noqa: B018
    assert repr(study).startswith(f"study default in {copied}: {copied} must have claims/verdicts.parquet, got none: ")
    assert repr(study).count("not finished") == 1
    assert "the study is not finished" in study._repr_html_()
    with pytest.raises(ResultsError, match="the study is not finished"):
        study.sentence("gru-similar")
    with pytest.raises(ResultsError, match=r"must have tables/published.parquet, got none"):
        study.published  # noqa: B018
    run = next((copied.parents[1] / "store").glob("runs/*/*/outcome.json"))
    run.unlink()
    with pytest.raises(ResultsError, match=r"run recall-32_recall_.* must be trained, got none or a part of it in"):
        [study.networks(cell=cell, length=length) for cell in ("gru", "lstm") for length in (5, 20)]


def test_a_table_of_another_version(copied):
    other = Schema("horizons", "a row", (Column("what", "text", "-", "other"),), ("what",))
    other.save(other.frame([{"what": "else"}]), copied / "tables")
    with pytest.raises(ResultsError, match=r"horizons.parquet must have the columns of this version .*'what'"):
        load_study(copied).horizons  # noqa: B018
