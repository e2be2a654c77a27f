"""Parameters of tasks, and files that they name, in the keys of runs: their content counts, not their place."""

import pytest
from written_csv import columns, write

from gradient_horizon.errors import ConfigError
from gradient_horizon.store.keys import deciding_files, identity, keys_of
from gradient_horizon.study.parts import settled_parameters


def of_file(small_run, csv, **parameters):
    given = {"csv": str(csv), "input": ["wave"], "target": "wave", **parameters}
    return small_run(task="csv", task_parameters=settled_parameters("csv", given))


def test_a_parameter_changes_the_key_and_a_default_spelled_out_does_not(small_run):
    def key(**given):
        return keys_of(small_run(task_parameters=settled_parameters("recall", given))).networks

    assert key() == key(symbols=8) == key(symbols=8, noise=1.0) == keys_of(small_run()).networks
    assert len({key(), key(symbols=4), key(symbols=5), key(noise=0.5)}) == 4
    assert "parameters" not in identity(small_run())["task"]


def test_of_a_file_the_content_counts_and_not_the_path(small_run, tmp_path, monkeypatch):
    one = write(tmp_path, columns())
    moved = write(tmp_path, columns(), "moved.csv")
    other = write(tmp_path, columns(seed=1), "other.csv")
    keys = [keys_of(of_file(small_run, file)).networks for file in (one, moved, other)]
    assert keys[0] == keys[1] != keys[2]
    monkeypatch.chdir(tmp_path)
    assert keys_of(of_file(small_run, "series.csv")).networks == keys[0]
    assert keys_of(of_file(small_run, one, held_out=0.2)).networks == keys[0]
    assert keys_of(of_file(small_run, one, held_out=0.3)).networks != keys[0]
    assert one in deciding_files(of_file(small_run, one))
    write(tmp_path, columns(seed=2))
    assert keys_of(of_file(small_run, one)).networks not in keys


def test_a_file_that_is_gone_is_refused_in_a_sentence(small_run):
    with pytest.raises(ConfigError, match=r"task 'csv' must have data files that can be read, got .*none\.csv"):
        keys_of(of_file(small_run, "none.csv"))
