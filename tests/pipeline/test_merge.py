"""Parts that were run apart: joined, they give the tables and verdicts of one study of all their runs."""

import json
import math

import pandas as pd
import pytest
from small_runs import assembled
from study_results import ALL, EQUALITY, EXPERIMENTS, FEW, POWERS, RATES, rewrite
from tiny_study import ROOT

from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.commands.merge import merge_parts
from gradient_horizon.pipeline.jobs.claims import judge_claims
from gradient_horizon.pipeline.listed_runs import listed_runs
from gradient_horizon.pipeline.parts import ABOUT
from gradient_horizon.storage import write
from gradient_horizon.store.store import Store
from gradient_horizon.study.run_spec import PILOT_SEED_OFFSET
from gradient_horizon.tables.catalogue import FROM_RUNS, FROM_TABLES, TABLES, StoredTables
from gradient_horizon.tables.merging import KEPT
from gradient_horizon.tables.predictions import SIGNAL_TO_NOISE
from gradient_horizon.tables.summarise import summarise

REPORT = ROOT / "report"
CHECKS = [name for name in KEPT if name not in FROM_RUNS]
LAG_BY_LAG = ("profile_means", "predictions", "prediction_agreement")
"""These rest on profiles, which parts leave out: the second in its rows by signal to noise."""
JOINED = [*KEPT, *(name for name in FROM_TABLES if name not in LAG_BY_LAG)]


def assert_same_results(merged, whole):
    if not (whole / "claims").exists():
        judge_claims(study=whole / "plan" / "study.json", tables=whole / "tables", sources=REPORT, out=whole / "claims")
    joined, wanted = StoredTables(merged / "tables"), StoredTables(whole / "tables")
    for name in JOINED:
        pd.testing.assert_frame_equal(joined[name], wanted[name], check_exact=True, obj=name)
        for kind in ("parquet", "csv"):
            file = f"{name}.{kind}"
            assert (merged / "tables" / file).read_bytes() == (whole / "tables" / file).read_bytes(), file
    predicted = [rows[rows["predictor"].ne(SIGNAL_TO_NOISE)] for rows in (joined["predictions"], wanted["predictions"])]
    pd.testing.assert_frame_equal(*predicted, check_exact=True)
    assert len(predicted[0]) > 0
    for schema in (VERDICTS, TESTS):
        judged, there = (schema.load(place / "claims") for place in (merged, whole))
        pd.testing.assert_frame_equal(judged, there, check_exact=True, obj=schema.name)


def test_parts_with_some_seeds_and_with_all_give_the_results_of_the_whole_study(results_of, part_of, merged):
    whole = results_of("all", **ALL)
    found = merged(part_of("few", **FEW), part_of("all", **ALL))
    assert_same_results(found, whole)
    assert len(TABLES["networks"].load(found / "tables")) == 3 * len(RATES) * (2 * 4 + 1)
    assert int(TESTS.load(found / "claims").set_index("test")["n"]["weights"]) == ALL["seeds"]
    assert json.loads((found / "made_of.json").read_text())["missing"] == []


def test_parts_with_an_experiment_each_give_the_results_of_the_whole_study(results_of, part_of, merged):
    parts = [part_of(each["name"], each, **ALL) for each in EXPERIMENTS]
    assert_same_results(merged(*parts), results_of("all", **ALL))


def test_the_order_of_parts_does_not_matter(results_of, part_of, merged):
    assert_same_results(merged(part_of("all", **ALL), part_of("few", **FEW)), results_of("all", **ALL))


def test_seeds_that_were_run_alone_continue_those_before(results_of, part_of, merged):
    later = part_of("later", **FEW | {"first_seed": 2, "pilot_seeds": 0})
    assert_same_results(merged(part_of("few", **FEW), later), results_of("all", **ALL))


def test_other_first_seeds_have_other_pilot_seeds_which_all_count(studies, results_of, part_of, merged, tmp_path):
    few, others = results_of("few", **FEW), results_of("others", first_seed=2, **FEW)
    runs = [
        run
        for place in (others, few)
        for run in listed_runs(place / "plan" / "study.json", place / "plan" / "runs.csv", Store(studies / "store"))
    ]
    of_runs, checks = assembled(runs, tmp_path), StoredTables(few / "tables")
    wanted = {**{name: of_runs[name] for name in FROM_RUNS}, **{name: checks[name] for name in CHECKS}}
    wanted |= summarise(wanted)
    found = StoredTables(merged(part_of("others", first_seed=2, **FEW), part_of("few", **FEW)) / "tables")
    for name in JOINED:
        pd.testing.assert_frame_equal(found[name], wanted[name], check_exact=True, obj=name)
    networks = found["networks"]
    assert set(networks.loc[~networks["judged"], "seed"]) == {PILOT_SEED_OFFSET, PILOT_SEED_OFFSET + 2}
    assert set(networks.loc[networks["judged"], "seed"]) == {0, 1, 2, 3}


def test_a_run_that_one_part_lacks_and_another_has_is_not_missing(results_of, part_of, merged, capsys):
    broken = part_of("broken", without=["memory_recall_tanh_none_T4", "recall-32_recall_lstm_none_T6_s2"], **ALL)
    missing = json.loads((broken / "made_of.json").read_text())["missing"]
    assert len(missing) == 3
    found = merged(broken, part_of("few", **FEW))
    left = [run for run in missing if "_s2_" in run]
    assert json.loads((found / "made_of.json").read_text())["missing"] == left
    said = capsys.readouterr().out.splitlines()
    assert f"2 parts with 10 runs, 2 missing: {found}" in said
    assert [line for line in said if line.startswith("missing: ")] == [f"missing: {run}" for run in left]
    listed = pd.read_csv(found / "plan" / "runs.csv")
    wanted = pd.read_csv(results_of("all", **ALL) / "plan" / "runs.csv")
    pd.testing.assert_frame_equal(*(frame.sort_values("run", ignore_index=True) for frame in (listed, wanted)))


def test_pilot_seeds_of_a_job_that_one_part_lacks_are_those_of_another(results_of, part_of, merged):
    without_first = part_of("without-first", without=["memory_recall_tanh_none_T4_s0"], **ALL)
    assert_same_results(merged(without_first, part_of("few", **FEW)), results_of("all", **ALL))


def test_each_verdict_is_printed_in_a_line(part_of, merged, capsys):
    found = merged(part_of("few", **FEW))
    lines = capsys.readouterr().out.splitlines()
    verdicts = VERDICTS.load(found / "claims")
    assert lines[-len(verdicts) :] == [f"{row.claim}: {row.verdict}" for row in verdicts.itertuples()]
    assert "gru-fewer-parameters: supported" in lines


def test_checks_of_the_first_part_count_and_the_others_are_named(part_of, merged, capsys):
    rounded = [row | {"error": row["error"] * 1.1} for row in POWERS]
    parts = part_of("few", **FEW), part_of("rounded", EXPERIMENTS[0], powers=rounded, **FEW)
    for order, errors in ((parts, POWERS), (parts[::-1], rounded)):
        found = merged(*order)
        assert TABLES["powers"].load(found / "tables")["error"].tolist() == [row["error"] for row in errors]
        line = f"table 'powers' of {order[1]} differs from that of {order[0]}, which counts"
        assert [each for each in capsys.readouterr().out.splitlines() if each.startswith("table ")] == [line]
    assert len(TABLES["equality"].load(found / "tables")) == len(EQUALITY)


def test_a_merge_can_be_made_again_in_its_folder(part_of, merged):
    first = merged(part_of("few", **FEW), part_of("all", **ALL))
    before = {file: file.read_bytes() for file in first.rglob("*") if file.is_file()}
    assert {
        file: file.read_bytes()
        for file in merged(*sorted(first.parent.glob("reference/*"))[::-1]).rglob("*")
        if file.is_file()
    } == before


def test_a_part_given_twice_is_refused(part_of, refused):
    made = part_of("few", **FEW)
    assert refused(made, made) == f"parts must be folders, each given once; got {made} 2 times"


def test_another_engine_is_refused_whatever_is_allowed(part_of, refused):
    one, other = part_of("few", **FEW), part_of("all", **ALL)
    rewrite(other / ABOUT, lambda about: about.update(engine=2))
    for allowed in (False, True):
        sentence = refused(one, other, allow_versions=allowed)
        assert sentence == f"{other} must have engine 1, as {one} has; got 2"


@pytest.mark.parametrize("library", ["numpy", "llvmlite", "torch"])
def test_other_versions_of_libraries_are_refused_or_listed(part_of, merged, library, refused):
    one, other = (part_of(each["name"], each, **ALL) for each in EXPERIMENTS)
    (version,) = json.loads((one / "made_of.json").read_text())["facts"][library]
    rewrite(other / "made_of.json", lambda made_of: made_of["facts"].update({library: ["1.0"]}))
    assert refused(one, other).startswith(f"{other} must have {library} {version}, as {one} has; got 1.0. With")
    made_of = json.loads((merged(one, other, allow_versions=True) / "made_of.json").read_text())
    assert made_of["facts"][library] == sorted(["1.0", version])
    assert made_of["parts"][other.as_posix()][library] == "1.0"


def test_other_code_of_measures_or_tables_is_refused_or_listed(part_of, merged, refused):
    one, other = (part_of(each["name"], each, **ALL) for each in EXPERIMENTS)
    rewrite(other / ABOUT, lambda about: about.update({"code of tables": "other"}))
    assert f"{other} must have code of tables " in refused(one, other)
    table = pd.read_csv(other / "plan" / "runs.csv")
    write(other / "plan" / "runs.csv", table.assign(measures="new").to_csv(index=False))
    assert f"{other} must have measures {table['measures'][0]}, as {one} has; got new" in refused(one, other)
    about = json.loads((merged(one, other, allow_versions=True) / "made_of.json").read_text())["parts"]
    assert about[other.as_posix()]["measures"] == "new"
    assert about[other.as_posix()]["code of tables"] == "other"


def test_a_run_with_other_digests_is_refused_whatever_is_allowed(part_of, refused):
    one, other = part_of("few", **FEW), part_of("all", **ALL)
    table = pd.read_csv(other / "plan" / "runs.csv")
    write(other / "plan" / "runs.csv", table.assign(networks="new").to_csv(index=False))
    for allowed in (False, True):
        sentence = refused(one, other, allow_versions=allowed)
        assert sentence.startswith(
            f"run {table['run'][0]} of {other} must have the digests that it has in {one}, networks"
        )
        assert f"got networks new history {table['history'][0]} measures {table['measures'][0]}" in sentence


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"updates": 9}, "experiment 'memory' must have updates 6 in {other}, as it has in {one}; got 9"),
        (
            {"hidden_size": 5},
            "cell 'tanh' in experiment 'memory' must have hidden_size 4 in {other}, as it has in {one}; got 5",
        ),
        (
            {"pilot_seeds": 2},
            "experiment 'memory' must have number of pilot seeds 1 in {other}, as it has in {one}; got 2",
        ),
        (
            {"learning_rates": [0.01, 0.2]},
            "must have learning_rates (0.01, 0.1) in {other}, as it has in {one}; got (0.01, 0.2)",
        ),
        ({"always": []}, "remedy 'none' in experiment 'memory' must have changes (('clip-norm', "),
    ],
)
def test_an_experiment_with_other_settings_is_refused(part_of, changed, said, refused):
    one, other = part_of("few", **FEW), part_of("-".join(changed), EXPERIMENTS[0], **FEW | {"first_seed": 2} | changed)
    assert said.format(one=one, other=other) in refused(one, other)


def test_seeds_that_two_runs_judge_are_refused(part_of, refused):
    one, other = part_of("few", **FEW), part_of("cut", EXPERIMENTS[0], **FEW, seeds_per_job=1)
    sentence = refused(one, other)
    assert sentence.startswith("seed 0 must be trained by one run, got memory_recall_tanh_none_T4_s0_")
    said = "parts that share seeds must cut them into the same jobs, by first_seed, seeds_per_job and pilot_seeds"
    assert sentence.endswith(said)


def test_pilot_seeds_that_two_runs_train_are_refused(part_of, refused):
    pilots = {"pilot_seeds": 3}
    one, other = part_of("three", **FEW | pilots), part_of("three-later", **FEW | pilots | {"first_seed": 2})
    assert f"seed {PILOT_SEED_OFFSET + 2} must be trained by one run, got " in refused(one, other)


def test_rows_that_differ_in_the_last_bit_are_refused(part_of, refused):
    one, other = part_of("few", **FEW), part_of("all", **ALL)
    gates = TABLES["gates"].load(other / "tables")
    value = float(gates.loc[0, "gate_saturation"])
    nearly = math.nextafter(value, 1)
    gates.loc[0, "gate_saturation"] = nearly
    TABLES["gates"].save(gates, other / "tables")
    key = "experiment recall-32, task recall, cell gru, remedy none, length 4, moment final, seed 0"
    assert refused(one, other) == (
        f"table 'gates' must have the same row in {one} and {other} for {key}; got gate_saturation {value} and "
        f"{nearly}. Measures are rounded by the processor: run on two kinds, parts must hold different runs."
    )


def test_checks_of_other_matrices_are_refused(part_of, refused):
    one, other = part_of("few", **FEW), part_of("fewer-checks", EXPERIMENTS[0], powers=POWERS[:3], **FEW)
    assert refused(one, other) == (
        f"table 'powers' of {other} must have the rows of {one}, by kind, matrix; got 3 rows beside 4, with other keys"
    )


def test_a_folder_with_other_files_is_not_written_to(part_of, results_of):
    for place in (results_of("few", **FEW), part_of("few", **FEW)):
        with pytest.raises(MergeError, match="must be a new folder, or one that was merged before; got a folder with"):
            merge_parts(parts=[part_of("few", **FEW)], out=place, sources=REPORT, allow_versions=False)
