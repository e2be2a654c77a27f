import sys

import pytest
from fake_slurm import FakeSlurm


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A cluster of two partitions that are up, whose commands only answer."""
    return FakeSlurm(tmp_path / "slurm", monkeypatch, sys.executable)
