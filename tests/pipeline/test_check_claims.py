"""The folders of claims: what is in them, and that shuffled arms and recomputed effects are held against them."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from study_results import FEW, judge_results, make_results, rewrite, tiny_study

from gradient_horizon import registries
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.pipeline.checked_claims import TOLERANCE, Checked, problems, table
from gradient_horizon.pipeline.claim_folders import command, study_of
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.jobs.claim_folders import make_folders
from gradient_horizon.pipeline.places import CLAIM_FILES, CONTROL, INDEPENDENT, ROWS, RUN_TIME
from gradient_horizon.storage import is_whole
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import TABLES

ROOT = Path(__file__).parents[2]
RECOMPUTE = ROOT / "tests" / "independent" / "recompute.py"
ARMS = {"tanh": ["none", "orthogonal"], "lstm": ["none", "chrono"], "gru": ["none"]}
EXPLODING = {"cells": {"relu": ["none", "clipped", "truncated-5"]}, "always": ["orthogonal-2"], "lengths": [6, 9]}
EXPERIMENTS = (
    {"name": "recall-32", "task": "recall", "cells": ARMS},
    {"name": "flow", "task": "recall", "cells": ["tanh", "linear"], "updates": 0, "lengths": [12]},
    {"name": "explosion", "task": "recall", **EXPLODING},
    {"name": "modern-recall", "task": "recall", "cells": ["gru"], "measures": ["extrapolation"]},
    {"name": "associative-16", "task": "associative-recall", "cells": ["gru"]},
    {"name": "associative-64", "task": "associative-recall", "cells": ["gru"], "hidden_size": 6},
)
NOT_JUDGED = "linear-recurrences-cannot-track"
"""The claim of which this study has no runs."""


def of_test(**changed):
    own = {"test": "memory", "setting": "here", "silence": "", "recomputed_silence": "", "not_recomputed": ""}
    return own | {"difference": 0.0, "got": "1 in place of 2"} | changed


def checked(*tests, verdict="supported", control=(), again="supported"):
    of_tests = {"tests": list(tests or [of_test()]), "verdict": again}
    return Checked({"claim": "made", "verdict": verdict}, dict(control), of_tests)


def shuffled(share):
    return {"share": share, "most": 0.05}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (checked(), []),
        (checked(control=shuffled(0.05)), []),
        (checked(control=shuffled(0.055)), ["made: at most 5% of shuffled arms may support it, got 5.5%"]),
        (checked(of_test(difference=TOLERANCE)), []),
        (
            checked(of_test(difference=2e-9)),
            ["made: memory (here) must be the same when recomputed, within 1e-09, got 1 in place of 2"],
        ),
        (
            checked(of_test(difference="inf", setting="")),
            ["made: memory must be the same when recomputed, within 1e-09, got 1 in place of 2"],
        ),
        (
            checked(of_test(recomputed_silence="floor")),
            ["made: memory (here) must be silent alike when recomputed, got 'floor'"],
        ),
        (checked(again="refuted"), ["made: the verdict must be 'supported' when recomputed, got 'refuted'"]),
        (checked(of_test(not_recomputed="a new kind"), again=None), []),
        (Checked({"claim": "made", "verdict": None}, {}, {"tests": [], "verdict": None}), []),
        (checked(verdict=None), ["made: the verdict must be None when recomputed, got 'supported'"]),
    ],
)
def test_what_speaks_against_a_claim_is_a_sentence_each(given, wanted):
    assert list(problems(given)) == wanted


def test_the_table_has_the_share_of_shuffles_and_the_largest_difference_and_names_what_was_not_recomputed():
    lines = table(
        [
            checked(of_test(difference=1e-15), of_test(difference=3e-12), control=shuffled(0.015)),
            checked(of_test(not_recomputed="the column 'new'", setting=""), of_test(), again=None),
            Checked({"claim": "made", "verdict": None}, {}, {"tests": [], "verdict": None}),
        ]
    )
    assert [" ".join(line.split()) for line in lines] == [
        "claim verdict shuffled arms recomputed largest difference",
        "made supported 1.5% support it 2 of 2 tests 3.0e-12",
        "made supported – 1 of 2 tests 0.0e+00",
        "made not judged – 0 of 0 tests 0.0e+00",
        "made: memory was not recomputed: the column 'new'",
    ]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A tiny study, judged, with the folders of its claims: of everything that is trained and measured a little."""
    folder = tmp_path_factory.mktemp("study")
    study = tiny_study(*EXPERIMENTS, **FEW | {"seeds": 3, "pilot_seeds": 2, "lengths": [4, 6, 9]})
    results = make_results(study, folder / "store", folder / "results" / "tiny")
    judge_results(results)
    return folder


def recomputed(folder):
    done = subprocess.run(
        [sys.executable, RECOMPUTE, folder / "results" / "tiny", folder / "store"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_folder_has_all_its_files_with_checksums_and_its_rows_are_of_the_tables(study):
    claims = study / "results" / "tiny" / "claims"
    assert {path.name for path in claims.iterdir() if path.is_dir()} == {*registries.CLAIMS, ".sha256"}
    for claim in registered_claims():
        folder = claims / claim.id
        assert all(is_whole(folder / name) for name in CLAIM_FILES)
        rows = sorted((folder / ROWS).glob("*.csv"))
        assert rows
        for file in rows:
            assert is_whole(file)
            names = [column.name for column in TABLES[file.stem].file_columns]
            assert [name for name in names if name in pd.read_csv(file).columns] == list(pd.read_csv(file).columns)


@pytest.mark.slow
def test_the_runs_of_a_claim_are_those_of_its_arms_and_are_in_the_store(study):
    runs = pd.read_csv(study / "results" / "tiny" / "claims" / "tbptt-cures-exploding" / "runs.csv")
    assert set(runs["experiment"]) == {"explosion"}
    assert set(runs["remedy"]) == {"none", "truncated-5"}
    for run in runs.itertuples():
        folder = study / "store" / "runs" / run.networks[:2] / run.networks
        assert (folder / f"history-{run.history}.safetensors").is_file()
        assert (folder / f"measures-{run.measures}.safetensors").is_file()


@pytest.mark.slow
def test_the_runs_of_a_claim_name_the_files_of_measures_that_only_some_have(study):
    claims = study / "results" / "tiny" / "claims"
    (further,) = set(pd.read_csv(claims / "remembering-need-not-extrapolate" / "runs.csv")["further"])
    assert further.startswith("extrapolation-")
    for digest in pd.read_csv(claims / "remembering-need-not-extrapolate" / "runs.csv")["networks"]:
        assert (study / "store" / "runs" / digest[:2] / digest / f"{further}.safetensors").is_file()
    assert pd.read_csv(claims / "pairs-bounded-by-state" / "runs.csv")["further"].isna().all()


@pytest.mark.slow
def test_the_folder_of_a_claim_that_is_not_judged_says_so_and_names_the_preset(study):
    claims = study / "results" / "tiny" / "claims"
    assert set(registries.CLAIMS) - set(VERDICTS.load(claims)["claim"]) == {NOT_JUDGED}
    found = json.loads((claims / NOT_JUDGED / "verdict.json").read_text(encoding="utf-8"))
    assert (found["verdict"], found["tests"]) == (None, [])
    assert all("workflow/presets/modern.yaml" in said for said in found["sentence"].values())
    assert pd.read_csv(claims / NOT_JUDGED / "runs.csv").empty
    assert all(pd.read_csv(rows).empty for rows in (claims / NOT_JUDGED / ROWS).glob("*.csv"))


@pytest.mark.slow
def test_the_verdict_of_a_folder_is_that_of_the_tables_with_its_sentence_in_both_languages(study):
    claims = study / "results" / "tiny" / "claims"
    verdicts, tests = VERDICTS.load(claims), TESTS.load(claims)
    for row in verdicts.to_dict("records"):
        found = json.loads((claims / row["claim"] / "verdict.json").read_text(encoding="utf-8"))
        own = tests[tests["claim"].eq(row["claim"])]
        assert (found["verdict"], found["sentence"]["en"]) == (row["verdict"], row["condition"])
        assert found["sentence"]["pl"] != found["sentence"]["en"]
        assert [each["outcome"] for each in found["tests"]] == own["outcome"].tolist()
        assert len(found["limits"]["en"]) == len(found["limits"]["pl"])


@pytest.mark.slow
def test_every_effect_is_recomputed_from_the_store_and_shuffled_arms_hardly_support_a_claim(study, capsys):
    results = study / "results" / "tiny"
    main(["control-claims", str(results), "--store", str(study / "store"), "--shuffles", "3"])
    recomputed(study)
    main(["check-claims", str(results)])
    lines = capsys.readouterr().out.splitlines()
    told = {line.split()[0]: line for line in lines if line.split()[0] in registries.CLAIMS}
    assert set(told) == set(registries.CLAIMS)
    assert not any("was not recomputed" in line for line in lines)
    found = {name: json.loads((results / "claims" / name / INDEPENDENT).read_text()) for name in registries.CLAIMS}
    effects = [test["recomputed"][0] for each in found.values() for test in each["tests"] if test["n"]]
    assert len(effects) > 15
    control = json.loads((results / "claims" / "orthogonal-lengthens-memory" / CONTROL).read_text())
    assert control["shuffles"] == 3
    assert control["shuffled"][0]["arms"] == ["recall-32 / tanh / orthogonal", "recall-32 / tanh / none"]
    run_time = json.loads((results / "claims" / "short-memory" / RUN_TIME).read_text())
    assert run_time["runs"] == run_time["timed"] == 2 * 3 * 2  # remedies, lengths, jobs
    assert run_time["seconds"]["training"] >= 0
    assert found[NOT_JUDGED] | {"seconds": 0} == {"claim": NOT_JUDGED, "verdict": None, "tests": [], "seconds": 0}
    assert "not judged" in told[NOT_JUDGED]


@pytest.mark.slow
def test_a_run_that_says_something_else_than_the_tables_is_found(study, capsys):
    results = study / "results" / "tiny"
    runs = pd.read_csv(results / "claims" / "short-memory" / "runs.csv")
    digest = runs.loc[runs["remedy"].eq("none") & runs["length"].eq(4), "networks"].iloc[0]
    outcome = study / "store" / "runs" / digest[:2] / digest / "outcome.json"
    before = outcome.read_bytes()

    def all_solved(content):
        for network in content["networks"]:
            network["status"] = "unsolved" if network["status"] == "solved" else "solved"

    main(["control-claims", str(results), "--store", str(study / "store"), "--shuffles", "3"])
    rewrite(outcome, all_solved)
    try:
        recomputed(study)
        with pytest.raises(SystemExit) as ended:
            main(["check-claims", str(results)])
    finally:
        outcome.write_bytes(before)
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "short-memory: memory-horizon (recall-32) must be" in said
    assert "clipping-cures-exploding" not in said


@pytest.mark.slow
def test_folders_written_again_forget_what_was_checked(study):
    results = study / "results" / "tiny"
    folder = results / "claims" / "short-memory"
    before = {name: (folder / name).read_bytes() for name in CLAIM_FILES}
    (folder / INDEPENDENT).write_text("{}")
    make_folders(results=results, sources=ROOT / "report", out=results / "claims")
    assert not (folder / INDEPENDENT).exists()
    assert not (folder / CONTROL).exists()
    assert {name: (folder / name).read_bytes() for name in CLAIM_FILES} == before


@pytest.mark.slow
def test_results_without_folders_or_unchecked_ones_are_refused_with_a_sentence(study, tmp_path, capsys):
    (tmp_path / "old" / "tables").mkdir(parents=True)
    for step, options in (
        ("control-claims", ["--store", str(study / "store"), "--shuffles", "3"]),
        ("check-claims", []),
    ):
        with pytest.raises(SystemExit) as ended:
            main([step, str(tmp_path / "old"), *options])
        assert ended.value.code == 2
        assert "must have a folder for every claim, got none for eigen-power" in capsys.readouterr().err
    make_folders(results=study / "results" / "tiny", sources=ROOT / "report", out=study / "results" / "tiny" / "claims")
    with pytest.raises(SystemExit) as ended:
        main(["check-claims", str(study / "results" / "tiny")])
    assert ended.value.code == 2
    assert "must have control.json, which control-claims writes" in capsys.readouterr().err
    done = subprocess.run([sys.executable, RECOMPUTE, tmp_path, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "must have folders of claims" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["contract.json", "runs.csv", "rows/networks.csv", "verdict.json"])
def test_a_file_of_a_folder_that_is_not_what_was_written_is_named_and_left(study, capsys, name):
    results = study / "results" / "tiny"
    file = results / "claims" / "short-memory" / name
    before = file.read_bytes()
    file.write_bytes(before + b" ")
    try:
        with pytest.raises(SystemExit) as ended:
            main(["check-claims", str(results)])
    finally:
        file.write_bytes(before)
    assert ended.value.code == 2
    assert f"short-memory/{name} must be what Snakemake wrote" in capsys.readouterr().err


@pytest.mark.slow
def test_a_store_that_does_not_exist_is_not_a_disagreement(study, tmp_path):
    command = [sys.executable, RECOMPUTE, study / "results" / "tiny", tmp_path / "nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nowhere must be the folder of the runs; got none" in done.stderr


def test_the_study_of_a_claim_is_its_experiments_alone_with_the_same_runs():
    study = validated_study(read_yaml(ROOT / "config.yaml"))
    for claim in registered_claims():
        alone = study_of(claim, study)
        assert alone.name == claim.id
        assert [each.name for each in alone.experiments] == [
            e.name for e in study.experiments if e.name in claim.experiments
        ]
    (claim,) = (claim for claim in registered_claims() if claim.id == "regulariser-lengthens-memory")
    alone = study_of(claim, study)
    assert [*expand(alone)] == [spec for spec in expand(study) if spec.experiment in claim.experiments]
    content = json.loads(json.dumps(alone.model_dump(mode="json")))
    assert validated_study(content) == alone


def test_the_command_of_a_claim_runs_its_own_study_and_asks_for_its_verdict():
    study = validated_study(read_yaml(ROOT / "config.yaml"))
    by_id = {claim.id: claim for claim in registered_claims()}
    claim = by_id["short-memory"]
    folder = Path("results/default/claims/short-memory")
    assert command(claim, study_of(claim, study), folder) == (
        ".venv/bin/snakemake --cores 2 --configfile results/default/claims/short-memory/study.json -- "
        "results/short-memory/claims/short-memory/verdict.json\n"
    )
    algebra = by_id["eigen-power"]
    assert (
        command(algebra, study_of(algebra, study), folder)
        == ".venv/bin/python -m gradient_horizon checks --out checks\n"
    )
    other = Claim("made", "cause", "profiles", claim.tests)
    lacking = study.model_copy(update={"experiments": study.experiments[-1:]})
    assert command(other, study_of(other, lacking), folder).startswith("# this study has none of the experiments")
    of_preset = by_id[NOT_JUDGED]
    assert command(of_preset, study_of(of_preset, study), folder) == (
        ".venv/bin/snakemake --cores 2 --configfile config.yaml workflow/presets/modern.yaml -- "
        f"results/modern/only/{NOT_JUDGED}/claims/{NOT_JUDGED}/verdict.json\n"
    )
    assert (ROOT / "workflow" / "presets" / f"{of_preset.preset}.yaml").is_file()
