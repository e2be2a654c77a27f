import pytest
from study_results import judge_results, make_results, tiny_study


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with the results of a tiny study, judged, and its store."""
    above = tmp_path_factory.mktemp("project")
    results = above / "results" / "default"
    study = tiny_study({"name": "recall-32", "task": "recall", "cells": ["gru", "lstm"]}, lengths=[5, 20])
    make_results(study, above / "store", results)
    judge_results(results)
    return above


@pytest.fixture(scope="session")
def results(folder):
    return folder / "results" / "default"
