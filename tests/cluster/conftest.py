"""A Slurm of two nodes for each test that asks for one, and what tests tell at the end."""

import pytest
from slurm import SlurmCluster, missing

TOLD = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", autouse=True)
def has_slurm():
    if lacking := missing():
        pytest.fail(f"this machine lacks {', '.join(lacking)}")


@pytest.fixture
def cluster(tmp_path):
    with SlurmCluster(tmp_path / "slurm") as found:
        yield found


@pytest.fixture
def tell(request):
    """Keeps a line that is shown when all tests are over."""
    return request.config.stash.setdefault(TOLD, []).append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(TOLD, []):
        terminalreporter.write_line(line)
