"""The table of networks on longer sequences: the numbers of the measure, where an experiment asks for it."""

import pandas as pd
import pytest
from small_runs import SETTINGS, assembled, write_run

from gradient_horizon.measuring.extrapolation import extrapolation
from gradient_horizon.storage import write_arrays
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.tables.run_files import RunFiles


@pytest.mark.slow
def test_rows_are_the_numbers_of_the_measure_and_judged_by_the_task_at_the_tested_length(small_run, tmp_path):
    asked = small_run(cell="gru", task="recall", seeds=(0, 1), **SETTINGS | {"length": 4, "updates": 300})
    asked = type(asked)(**{**asked.__dict__, "learning_rates": (0.03,)})
    without, result, _ = write_run(asked, tmp_path)
    run = RunFiles(asked, Store(tmp_path).run(keys_of(asked, ["extrapolation"])))
    measured = extrapolation(asked, result.chosen_learning_rates, result.networks)
    write_arrays(run.stored.further["extrapolation"], measured)
    assert assembled([without], tmp_path / "without")["extrapolation"].empty
    table = assembled([run], tmp_path / "with")["extrapolation"]
    assert len(table) == 8
    for place, factor in enumerate((1, 2, 4, 8)):
        rows = table[table["factor"].eq(factor)]
        assert rows["seed"].tolist() == [0, 1]
        assert (rows["length"].eq(4) & rows["tested_length"].eq(4 * factor)).all()
        assert rows["loss"].tolist() == measured["loss"][place].tolist()
        assert rows["accuracy"].tolist() == measured["accuracy"][place].tolist()
        assert rows["solved_there"].tolist() == [accuracy >= 0.95 for accuracy in measured["accuracy"][place]]
    status = pd.Series({each.seed: each.status == "solved" for each in result.outcomes})
    assert table["solved"].tolist() == status[table["seed"]].tolist()
