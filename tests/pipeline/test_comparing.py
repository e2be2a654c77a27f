import shutil
from pathlib import Path

import numpy as np
import pytest
from hand_made_tables import frame
from judged import judged

from gradient_horizon import registries
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.comparing import compare, different_files, manifest
from gradient_horizon.pipeline.parts import ABOUT
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.storage import write_json
from gradient_horizon.tables.catalogue import TABLES

CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
BASELINES = [
    {"task": "recall", "length": length, "rank": 0, "baseline": "chance", "loss": loss, "accuracy": 0.125}
    | {"solved_when": "accuracy >= 0.95"}
    for length, loss in ((5, 2.0), (10, 1e-15), (20, np.nan), (40, np.inf))
]


def save(folder, rows=BASELINES, verdict=None):
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    for name, contract in TABLES.items():
        contract.save(contract.frame(rows) if name == "baselines" else empty[name], folder / "tables")
    verdicts, tests = judged(CLAIMS, empty)
    if verdict is not None:
        verdicts.loc[verdicts["claim"].eq("eigen-power"), "verdict"] = verdict
    VERDICTS.save(verdicts, folder / "claims")
    TESTS.save(tests, folder / "claims")
    return folder


def with_loss(index, loss):
    return [row | ({"loss": loss} if i == index else {}) for i, row in enumerate(BASELINES)]


@pytest.fixture
def reference(tmp_path):
    return save(tmp_path / "reference")


def found(results, reference, tolerance=1e-9):
    return [f"{d.where}: {d.what}" for d in compare(results, reference, tolerance=tolerance)]


def test_the_same_results_have_no_differences(tmp_path, reference):
    assert found(save(tmp_path / "same"), reference) == []
    assert different_files(tmp_path / "same", reference) == []
    assert len(manifest(reference)) == 2 * len(TABLES) + 4  # verdicts and tests


def test_another_verdict_is_told_with_both(tmp_path, reference):
    assert found(save(tmp_path / "other", verdict="refuted"), reference) == [
        "claims.eigen-power: verdict 'refuted', in the reference 'inconclusive'"
    ]
    assert different_files(tmp_path / "other", reference) == ["claims/verdicts.csv", "claims/verdicts.parquet"]


@pytest.mark.parametrize(
    ("index", "loss", "tolerance", "told"),
    [
        (0, 2.0001, 1e-9, ["tables.baselines.loss: differs in 1 of 4 rows, by up to 5e-05 of its size"]),
        (0, 2.0001, 1e-4, []),
        (0, -2.0, 0.5, ["tables.baselines.loss: differs in 1 of 4 rows, by up to 2 of its size"]),
        (0, np.nan, 0.5, ["tables.baselines.loss: differs in 1 of 4 rows, by up to inf of its size"]),
        (1, 2e-15, 1e-9, []),
        (2, 1.0, 0.5, ["tables.baselines.loss: differs in 1 of 4 rows, by up to inf of its size"]),
        (3, 1e300, 0.5, ["tables.baselines.loss: differs in 1 of 4 rows, by up to inf of its size"]),
    ],
)
def test_numbers_may_differ_by_the_tolerance(tmp_path, reference, index, loss, tolerance, told):
    assert found(save(tmp_path / "other", with_loss(index, loss)), reference, tolerance) == told


def test_rows_of_one_side_are_counted(tmp_path, reference):
    rows = [*BASELINES[1:], BASELINES[0] | {"length": 7}, BASELINES[0] | {"length": 8}]
    assert found(save(tmp_path / "other", rows), reference) == [
        "tables.baselines: 2 rows only here",
        "tables.baselines: 1 rows only in the reference",
    ]


def test_texts_must_be_the_same(tmp_path, reference):
    rows = [row | {"solved_when": "never"} for row in BASELINES[:2]] + BASELINES[2:]
    assert found(save(tmp_path / "other", rows), reference) == [
        "tables.baselines.solved_when: differs in 2 of 4 rows",
    ]


def test_a_missing_table_is_a_difference(tmp_path, reference):
    other = save(tmp_path / "other")
    (other / "tables" / "powers.parquet").unlink()
    assert found(other, reference) == ["tables.powers: table in one of both only"]


def test_the_command_exits_with_1_where_anything_differs(tmp_path, reference, capsys):
    main(["compare", str(reference), str(save(tmp_path / "same"))])
    assert "no differences beyond a relative tolerance of 1e-09" in capsys.readouterr().out
    save(tmp_path / "other", with_loss(0, 2.0001))
    main(["compare", str(reference), str(tmp_path / "other"), "--tolerance", "0.05"])
    with pytest.raises(SystemExit) as caught:
        main(["compare", str(reference), str(tmp_path / "other")])
    assert caught.value.code == 1
    assert "1 differences beyond a relative tolerance of 1e-09" in capsys.readouterr().out


def test_damaged_files_are_listed_with_the_command_that_rebuilds_them(reference, capsys):
    main(["check", str(reference)])
    assert "is damaged" in capsys.readouterr().out
    harmed = reference / "tables" / "powers.csv"
    harmed.write_bytes(harmed.read_bytes() + b" ")
    with pytest.raises(SystemExit) as caught:
        main(["check", str(reference)])
    assert caught.value.code == 3
    told = capsys.readouterr()
    assert told.out.split() == [str(harmed)]
    assert told.err == "To make them again, call Snakemake as before\n"


def test_damaged_files_of_the_store_are_moved_aside_so_that_their_runs_are_completed(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = Path("store") / "runs" / "ab" / "ab12" / "outcome.json"
    write_json(file, {})
    file.write_text("[]")
    with pytest.raises(SystemExit) as caught:
        main(["check", "store"])
    assert caught.value.code == 3
    told = capsys.readouterr()
    assert told.out.split() == [str(file)]
    assert told.err == "To make them again, call Snakemake as before\n"
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["outcome.json.damaged"]


def test_results_without_checksums_are_not_passed_as_undamaged(reference, tmp_path, capsys):
    for folder in list(reference.rglob(".sha256")):
        shutil.rmtree(folder)
    with pytest.raises(SystemExit) as caught:
        main(["check", str(reference)])
    assert caught.value.code == 3
    assert "must hold files with checksums" in capsys.readouterr().err


@pytest.mark.parametrize("folders", [1, 2])
def test_a_folder_among_others_that_has_lost_its_checksums_is_named(reference, tmp_path, capsys, folders):
    whole = shutil.copytree(reference, tmp_path / "whole")
    shutil.rmtree(reference / "tables" / ".sha256")
    with pytest.raises(SystemExit) as caught:
        main(["check", *map(str, (reference, whole)[:folders])])
    assert caught.value.code == 3
    told = capsys.readouterr()
    assert "is damaged or lost" not in told.out
    assert f"got 1 without: {reference / 'tables'}." in told.err


@pytest.fixture
def part(tmp_path, monkeypatch):
    """A part in `reference/`, in the folder that commands are called in."""
    monkeypatch.chdir(tmp_path)
    folder = save(tmp_path / "reference" / "wide" / "one")
    write_json(folder / ABOUT, {})
    shutil.rmtree(folder / "claims")
    (folder / "tables" / "baselines.parquet").unlink()
    return folder


def test_of_a_part_the_tables_that_parts_keep_are_compared(tmp_path, part):
    assert found(save(tmp_path / "same", with_loss(0, 3.0)), part) == []
    other = save(tmp_path / "other")
    TABLES["powers"].save(frame("powers", [{"kind": "random", "error": 1.0}]), other / "tables")
    assert found(other, part) == ["tables.powers: 1 rows only here"]


def test_without_a_reference_the_parts_that_were_run_again_are_compared(tmp_path, part, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["compare"])
    assert str(caught.value.code).startswith("no part in reference/ has results here: run one again")
    here = save(tmp_path / "results" / "wide" / "only" / "one")
    main(["compare"])
    said = "results/wide/only/one against reference/wide/one: no differences beyond a relative tolerance of 1e-09"
    assert said in capsys.readouterr().out
    TABLES["powers"].save(frame("powers", [{"kind": "random", "error": 1.0}]), here / "tables")
    with pytest.raises(SystemExit) as caught:
        main(["compare"])
    assert caught.value.code == 1


@pytest.mark.parametrize("command", [["check", "nowhere"], ["compare", "nowhere"]])
def test_a_folder_that_is_not_there_is_refused_in_a_sentence(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main(command)
    assert caught.value.code == 2
    assert "must be a folder, got 'nowhere'" in capsys.readouterr().err


def test_texts_that_are_missing_in_both_results_are_the_same(reference):
    """Networks without a context have no side on which it lies."""
    row = {"experiment": "memory", "cell": "tanh", "moment": "half", "gradient_horizon": Censored.at_least(6)}
    gradients = frame("gradients", [row, row | {"moment": "final", "context_needed": Censored.exactly(3)}])
    assert gradients["context_needed"].isna().tolist() == [False, True]
    TABLES["gradients"].save(gradients, reference / "tables")
    assert found(reference, reference, tolerance=0.0) == []
