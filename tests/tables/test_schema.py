import pandas as pd
import pytest

from gradient_horizon.errors import TableError
from gradient_horizon.tables.catalogue import TABLES


def test_a_table_refuses_what_breaks_its_schema(tmp_path):
    schema = TABLES["baselines"]
    row = {"task": "recall", "length": 5, "rank": 0, "baseline": "chance", "loss": 2.0, "accuracy": 0.125}
    frame = schema.frame([row | {"solved_when": "never"}])
    schema.save(frame, tmp_path)
    pd.testing.assert_frame_equal(schema.load(tmp_path), frame)
    assert (tmp_path / "baselines.csv").read_text().splitlines()[1] == "recall,5,0,chance,2,0.125,never"
    with pytest.raises(TableError, match=r"baselines\.length must be of type Int64"):
        schema.validate(frame.astype({"length": "float64"}))
    with pytest.raises(TableError, match="must have columns"):
        schema.validate(frame.drop(columns="loss"))
    with pytest.raises(TableError, match="one row per"):
        schema.frame([row, row])
