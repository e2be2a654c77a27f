"""Parts of a study: which experiments or arms they are made of, and how batches keep a judged cell's runs apart."""

from functools import partial

import pytest
from judging import judging

from gradient_horizon.errors import PlanError
from gradient_horizon.pipeline.batches import planned
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.study_batches import StudyBatches
from gradient_horizon.pipeline.study_parts import names_of_part, runs_of_parts
from gradient_horizon.pipeline.workflow import refuse_unknown_parts
from gradient_horizon.store.store import Store
from gradient_horizon.study.costs import Speed
from gradient_horizon.study.plan import expand

STUDY = judging({"cell": "min-gru", "against": ["tanh", "lstm"], "in": ["recall-32", "recall-64"]})
NAME = "judged-min-gru"


def test_a_part_is_an_experiment_or_those_of_a_claim_or_a_judged_cell():
    assert len(names_of_part(STUDY, "")) == len(STUDY.experiments)
    assert names_of_part(STUDY, "only/flow/") == ["flow"]
    assert names_of_part(STUDY, "only/gru-fewer-parameters/") == ["recall-32"]
    assert names_of_part(STUDY, f"only/{NAME}/") == [NAME]
    with pytest.raises(PlanError, match=r"only/judged-gru: must name an experiment or a claim; legal: .*d-min-gru"):
        names_of_part(STUDY, "only/judged-gru/")
    with pytest.raises(PlanError, match=r"only/eigen-power: the study must have runs .* no runs at all"):
        names_of_part(STUDY, "only/eigen-power/")


def test_a_file_in_a_part_that_there_is_not_is_refused_before_snakemake_looks_for_it():
    refuse_unknown_parts(
        STUDY, ["--cores", "1", "results/default/only/flow/report/en/report.pdf", "results/x/only/y/z"]
    )
    with pytest.raises(PlanError) as refused:
        refuse_unknown_parts(STUDY, ["--", "./results/default/only/judged-nope/report/en/report.pdf"])
    assert str(refused.value).startswith(
        "results/default/only/judged-nope: must name an experiment or a claim; legal: "
    )


def test_of_a_judged_cell_only_the_arms_that_are_compared_are_run():
    specs = expand(STUDY)
    runs = runs_of_parts(STUDY, specs, [NAME])
    arms = {(spec.experiment, spec.cell, spec.remedy) for spec in runs}
    assert arms == {(name, cell, "none") for name in ("recall-32", "recall-64") for cell in ("min-gru", "tanh", "lstm")}
    assert len(runs) == 3 * (9 + 8)
    both = runs_of_parts(STUDY, specs, [NAME, "recall-32"])
    assert {spec.id for spec in both} == {spec.id for spec in [*runs, *runs_of_parts(STUDY, specs, ["recall-32"])]}


def test_batches_keep_the_runs_of_a_judged_cell_apart_so_that_its_tables_wait_for_no_others(tmp_path):
    specs = [spec for spec in expand(STUDY) if spec.experiment == "recall-64" and spec.length <= 10]
    own = runs_of_parts(STUDY, specs, [NAME])
    assert 0 < len(own) < len(specs)
    store = Store(tmp_path / "store")
    parts = {NAME: partial(runs_of_parts, STUDY, names=[NAME])}
    batches = StudyBatches(specs, store, tmp_path, is_main=True, parts=parts)
    batches.cut(Costs(Speed.REFERENCE), seconds=1e9, cores=None)
    alone = {file.stem for file in batches.before_tables([NAME])}
    assert {run.spec.id for name in alone for run in batches.batches[name].runs} == {spec.id for spec in own}
    assert alone < {file.stem for file in batches.before_tables(["recall-64"])}
    assert batches.rounds([NAME, "recall-64"]) == f"{NAME}:1 recall-64:1"
    whole = StudyBatches(specs, store, tmp_path, is_main=True)
    whole.cut(Costs(Speed.REFERENCE), seconds=1e9, cores=None)
    assert [len(batch.runs) for batch in whole.batches.values()] == [len(planned(specs, store))]
