import math

import pandas as pd
import pytest

from gradient_horizon.errors import TableError
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.schema import Column, Schema


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


EVERY_KIND = Schema(
    "made",
    "a row",
    (
        Column("count", "count", "-", ""),
        Column("text", "text", "-", ""),
        Column("number", "number", "-", ""),
        Column("flag", "flag", "-", ""),
        Column("limit", "censored", "-", ""),
        Column("last", "number", "-", ""),
    ),
    ("count",),
)
TEXTS = ["", "NaN", 'a, "b"', "zażółć\nno", "1.50", "None"]
NUMBERS = [math.nan, math.inf, -math.inf, 1 / 3, 1.234567891e-200, -0.1]
LIMITS = [None, Censored.at_least(79), Censored.at_most(0.5), Censored.exactly(12.5), Censored.exactly(math.nan), None]


def test_the_csv_that_is_saved_reads_back_as_the_table(tmp_path):
    columns = zip(TEXTS, NUMBERS, LIMITS, reversed(NUMBERS), strict=True)
    rows = [
        {"count": n, "text": text, "number": number, "flag": n % 2 == 0, "limit": limit, "last": last}
        for n, (text, number, limit, last) in enumerate(columns)
    ]
    frame = EVERY_KIND.frame(rows)
    EVERY_KIND.save(frame, tmp_path)
    read = EVERY_KIND.load_csv(tmp_path / "made.csv")
    pd.testing.assert_frame_equal(read.drop(columns="limit"), frame.drop(columns="limit"), rtol=1e-9)
    assert list(map(repr, read["limit"])) == list(map(repr, LIMITS))
    EVERY_KIND.save(read, tmp_path / "again")
    assert (tmp_path / "again" / "made.csv").read_bytes() == (tmp_path / "made.csv").read_bytes()


def test_a_csv_without_a_column_or_with_a_row_twice_is_refused(tmp_path):
    EVERY_KIND.save(
        EVERY_KIND.frame([dict.fromkeys(("count", "number", "last"), 1) | {"text": "", "flag": True}]), tmp_path
    )
    file = tmp_path / "made.csv"
    head, row = file.read_text().splitlines()
    file.write_text("\n".join([head, row, row]) + "\n")
    with pytest.raises(TableError, match="one row per"):
        EVERY_KIND.load_csv(file)
    file.write_text(f"{head.removesuffix(',last')}\n{row.rpartition(',')[0]}\n")
    with pytest.raises(TableError, match="must have columns"):
        EVERY_KIND.load_csv(file)
