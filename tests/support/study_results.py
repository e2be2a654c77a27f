"""Results of tiny studies, made in this process."""

import json

from tiny_study import ROOT, TINY

from gradient_horizon.pipeline.batch_work import complete
from gradient_horizon.pipeline.jobs.claim_folders import make_folders
from gradient_horizon.pipeline.jobs.claims import judge_claims
from gradient_horizon.pipeline.jobs.list_runs import words, write_plan
from gradient_horizon.pipeline.jobs.tables import make_tables
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.storage import write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import digest_of_runs, expand

EXPERIMENTS = (
    {"name": "memory", "task": "recall", "cells": ["tanh"]},
    {"name": "recall-32", "task": "recall", "cells": ["gru", "lstm"]},
)
RATES = [0.01, 0.1]
ALL = {"seeds": 4, "pilot_seeds": 1, "learning_rates": RATES}
FEW = ALL | {"seeds": 2}
POWERS = [{"kind": "random", "matrix": n, "radius": 0.5, "condition": 2.0, "error": n * 1e-12} for n in range(4)]
EQUALITY = [{"cell": "gru", "precision": "float32", "network": 0, "states": 1e-7, "gradients": 2e-7}]


class Unwatched(ProgressWriter):
    """Keeps no record of how far a run is."""

    def __init__(self):
        pass

    def stage(self, name):
        pass

    def advance(self, share):
        pass


def tiny_study(*experiments, **defaults):
    """A study with the defaults of config.yaml, but as small as `TINY`."""
    config = read_yaml(ROOT / "config.yaml")
    given = {"title": "tiny", "defaults": config["defaults"] | TINY["defaults"] | defaults}
    return validated_study(config | given | {"experiments": list(experiments or EXPERIMENTS)})


def judge_results(results):
    """Judges the claims from the tables, and writes the folder of each."""
    study, tables, claims = results / "plan" / "study.json", results / "tables", results / "claims"
    judge_claims(study=study, tables=tables, sources=ROOT / "report", out=claims)
    make_folders(results=results, sources=ROOT / "report", out=claims)


def make_results(study, store, results, *, without=(), powers=POWERS):
    """Trains and measures what the store lacks, but runs whose id begins as one of `without`; then makes the tables."""
    runs, room = [(spec, keys_of(spec, study.measures[spec.experiment])) for spec in expand(study)], Store(store)
    room.prepare()
    for spec, keys in runs:
        if not spec.id.startswith(tuple(without)):
            complete(spec, room.run(keys), Unwatched(), training=0.5)
    write_json(results / "checks" / "powers.json", powers)
    write_json(results / "checks" / "equality.json", EQUALITY)
    write_plan(
        study=study.model_dump_json(),
        experiments=" ".join(experiment.name for experiment in study.experiments),
        digest=digest_of_runs(map(words, runs)),
        study_out=results / "plan" / "study.json",
        out=results / "plan" / "runs.csv",
    )
    make_tables(
        study=results / "plan" / "study.json",
        runs=results / "plan" / "runs.csv",
        store=store,
        checks=results / "checks",
        out=results / "tables",
        made_of=results / "made_of.json",
        durations=results / "durations.csv",
    )
    return results


def rewrite(file, change):
    """Changes what a file of JSON holds, with its checksum."""
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    write_json(file, content)
