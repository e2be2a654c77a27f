import pytest
from study_results import make_results, tiny_study
from tiny_study import ROOT

from gradient_horizon.pipeline.jobs.claim_folders import make_folders
from gradient_horizon.pipeline.jobs.claims import judge_claims


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with the results of a tiny study, judged, and its store."""
    above = tmp_path_factory.mktemp("project")
    results = above / "results" / "default"
    study = tiny_study({"name": "recall-32", "task": "recall", "cells": ["gru", "lstm"]}, lengths=[5, 20])
    make_results(study, above / "store", results)
    judge_claims(
        study=results / "plan" / "study.json",
        tables=results / "tables",
        sources=ROOT / "report",
        out=results / "claims",
    )
    make_folders(results=results, sources=ROOT / "report", out=results / "claims")
    return above


@pytest.fixture(scope="session")
def results(folder):
    return folder / "results" / "default"
