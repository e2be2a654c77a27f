"""Tables that are written piece by piece: the same bytes, the same checks, and little memory."""

import io
from contextlib import closing

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_runs import SETTINGS, write_run

from gradient_horizon.errors import DamagedError, TableError
from gradient_horizon.tables import assemble as assembling
from gradient_horizon.tables import schema
from gradient_horizon.tables.assemble import assemble
from gradient_horizon.tables.catalogue import FROM_RUNS, TABLES, StoredTables
from gradient_horizon.tables.columns import RUN_KEY
from gradient_horizon.tables.profiles import profile_mean_rows
from gradient_horizon.tables.row_groups import ROWS_IN_A_GROUP, RowGroups

ARMS = (("tanh", "recall", 8), ("gru", "adding", 8), ("tanh", "recall", 12))


@pytest.fixture(scope="module")
def runs(small_run, tmp_path_factory):
    """Two runs, on seeds of their own, of each of three cells and lengths."""
    store = tmp_path_factory.mktemp("store")
    return [
        write_run(small_run(cell=cell, task=task, seeds=seeds, **SETTINGS | {"length": length}), store)[0]
        for seeds in ((2, 3), (0, 1))
        for cell, task, length in ARMS
    ]


def files_of(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.*")) if file.is_file()}


@pytest.fixture(scope="module")
def at_once(runs, tmp_path_factory):
    """The files of tables that are gathered as a whole before they are written."""
    tables = {name: TABLES[name].frame(row for run in runs for row in of(run)) for name, of in FROM_RUNS.items()}
    folder = tmp_path_factory.mktemp("at-once")
    for name, table in tables.items():
        TABLES[name].save(table, folder)
    return files_of(folder)


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(2 * len(ARMS))), rows=st.sampled_from((0, 1, 30, 100, 500, 100_000)))
def test_no_order_of_runs_and_no_size_of_pieces_changes_a_byte(runs, at_once, tmp_path_factory, order, rows):
    folder = tmp_path_factory.mktemp("tables")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembling, "ROWS_IN_A_PIECE", rows)
        assemble([runs[place] for place in order], folder)
    assert files_of(folder) == at_once


def plain(rows):
    numbers = np.where(np.arange(rows) % 11, np.sin(np.arange(rows)), np.nan)
    columns = {"count": np.arange(rows), "text": [f"name {n % 1000}" for n in range(rows)], "number": numbers}
    fields = [pa.field("count", pa.int64()), pa.field("text", pa.string()), pa.field("number", pa.float64())]
    return pa.table(columns, schema=pa.schema(fields, {"about": "rows"}))


@pytest.mark.parametrize("rows", [0, 1, ROWS_IN_A_GROUP, 2 * ROWS_IN_A_GROUP + 12_345])
def test_rows_of_several_groups_are_the_bytes_that_pyarrow_writes_at_once(rows, tmp_path):
    table, whole, grown = plain(rows), io.BytesIO(), tmp_path / "grown.parquet"
    pq.write_table(table, whole)
    with grown.open("wb") as file, closing(RowGroups(file, table.schema)) as groups:
        for first in range(0, rows, 300_001):
            groups.add(table.slice(first, 300_001))
    assert grown.read_bytes() == whole.getvalue()
    assert pq.read_metadata(grown).num_row_groups == max(1, -(-rows // ROWS_IN_A_GROUP))


def test_a_run_that_comes_twice_is_refused_wherever_its_rows_stand(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(assembling, "ROWS_IN_A_PIECE", 0)
    with pytest.raises(TableError, match="one row per"):
        assemble([*runs, runs[0]], tmp_path)
    assert files_of(tmp_path) == {}


@pytest.mark.parametrize("lengths", [(5, 5), (10, 5)])
def test_a_piece_must_come_after_the_one_before_it(tmp_path, lengths):
    baselines = TABLES["baselines"]
    row = {"task": "recall", "rank": 0, "baseline": "chance", "loss": 2.0, "accuracy": 0.125, "solved_when": "never"}
    first, second = (baselines.frame([row | {"length": length}]) for length in lengths)
    with baselines.writing(tmp_path) as add:
        add(first)
        add(baselines.frame([]))
        with pytest.raises(TableError, match=rf"one row per .*\('recall', 5, 0\) after \('recall', {lengths[0]}, 0\)"):
            add(second)


def test_all_damaged_files_are_found_at_once_and_no_table_is_left(small_run, tmp_path):
    made = [
        write_run(small_run(cell=cell, seeds=(0, 1), **SETTINGS), tmp_path / "store")[0] for cell in ("gru", "tanh")
    ]
    damaged = [made[0].stored.history, made[1].stored.provenance]
    for file in damaged:
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedError) as caught:
        assemble(made, tmp_path / "tables")
    assert all(file.name in str(caught.value) for file in damaged)
    assert all(file.with_name(f"{file.name}.damaged").exists() and not file.exists() for file in damaged)
    assert files_of(tmp_path / "tables") == {}


@pytest.fixture(scope="module")
def assembled(runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    assemble(runs, folder)
    return folder


@settings(max_examples=10, deadline=None)
@given(rows=st.integers(1, 200))
def test_a_table_read_in_pieces_is_whole_and_divides_no_length_of_a_cell(assembled, rows):
    stored, key = StoredTables(assembled), list(RUN_KEY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "ROWS_IN_A_PIECE", rows)
        pieces = list(stored.pieces("profiles"))
        means = TABLES["profile_means"].frame(profile_mean_rows(stored))
    assert pd.concat(pieces, ignore_index=True).equals(stored["profiles"])
    keys = [tuple(row) for piece in pieces for row in piece[key].drop_duplicates().to_numpy()]
    assert len(keys) == len(set(keys)) == len(ARMS)
    assert means.equals(
        TABLES["profile_means"].frame(profile_mean_rows({name: stored[name] for name in ("gradients", "profiles")}))
    )
