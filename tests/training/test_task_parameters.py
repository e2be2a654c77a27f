"""Tasks with parameters, and a file, from training to the rows of tables."""

import math

import numpy as np
import pandas as pd
import pytest
from small_runs import SETTINGS, write_run
from written_csv import columns, labelled, write

from gradient_horizon.tables.baselines import BASELINES
from gradient_horizon.tables.gradients import gradient_rows
from gradient_horizon.tables.runs import run_rows
from gradient_horizon.training.assembly import task_of


def trained(small_run, folder, task, parameters, **more):
    spec = small_run(task=task, task_parameters=parameters, **SETTINGS | more)
    run, result, _ = write_run(spec, folder)
    rows = list(gradient_rows(run))
    assert {row["task"] for row in rows} == {spec.named_task}
    return spec, run, result, rows


def test_a_task_with_parameters_is_trained_measured_and_named_in_tables(small_run, tmp_path):
    spec, run, result, rows = trained(small_run, tmp_path, "recall", {"symbols": 3})
    assert spec.named_task == "recall {symbols: 3}"
    assert result.networks["final.readout"].shape == (1, 3, 9)
    assert all(math.isfinite(row["weight_gradient"]) for row in rows)
    (baseline,) = BASELINES.of_tables({"runs": pd.DataFrame(run_rows(run))})
    assert (baseline["task"], baseline["loss"]) == ("recall {symbols: 3}", math.log(3))


@pytest.mark.parametrize("predict", ["next", "class"])
def test_a_file_is_trained_on_and_its_baselines_are_in_the_table(small_run, tmp_path, predict):
    if predict == "next":
        file, given = write(tmp_path, columns()), {"input": ["wave", "noise"], "target": "wave"}
    else:
        file, given = write(tmp_path, labelled()), {"input": ["x"], "target": "label", "id": "who", "predict": "class"}
    spec, run, result, _ = trained(small_run, tmp_path, "csv", {"csv": str(file), **given}, updates=20)
    task = task_of(spec)
    assert np.isfinite(result.networks["final.recurrent"]).all()
    rows = list(BASELINES.of_tables({"runs": pd.DataFrame(run_rows(run))}))
    assert [row["loss"] for row in rows] == [each.loss for each in task.baselines(spec.length)]
    assert {row["solved_when"] for row in rows} == {task.solved_when}
