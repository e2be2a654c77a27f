import pytest
from small_runs import SETTINGS, assembled, write_run


@pytest.fixture(scope="session")
def made(small_run, tmp_path_factory):
    """Results and measures of three small runs by cell, the tables made from them, and their files."""
    folder, files, results = tmp_path_factory.mktemp("runs"), [], {}
    for cell, task in (("lstm", "selective-recall"), ("tanh", "selective-recall"), ("gru", "adding")):
        run, *results[cell] = write_run(small_run(cell=cell, task=task, seeds=(0, 1), **SETTINGS), folder)
        files.append(run)
    return results, assembled(files, folder / "tables"), files
