import shutil

import pytest
from report_study import make_study


@pytest.fixture(scope="session")
def unchanged(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("study") / "results")


@pytest.fixture
def results(unchanged, tmp_path):
    """The study, for a test to change."""
    return shutil.copytree(unchanged, tmp_path / "results")
