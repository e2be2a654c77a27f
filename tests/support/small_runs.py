"""Files of small runs, and rows of the tables that are made from them."""

from dataclasses import asdict, replace

from gradient_horizon.measuring.measure import measure
from gradient_horizon.storage import write_arrays, write_json
from gradient_horizon.store.keys import identity, keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.tables.assemble import assemble
from gradient_horizon.tables.catalogue import StoredTables
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.training.loop import train

LENGTH, UPDATES, EVERY = 8, 30, 10
SETTINGS = {"hidden_size": 8, "batch_size": 8, "length": LENGTH, "updates": UPDATES, "hidden_gradients_every": EVERY}

SMALL = {
    "seeds": 2,
    "learning_rates": [0.01, 0.1],
    "length": 6,
    "hidden_size": 8,
    "updates": 30,
    "batch_size": 8,
    "evaluate_every": 10,
    "evaluation_sequences": 16,
}
"""Arguments of `train` beside cell and task."""


def write_run(spec, folder, **chosen):
    """Trains and measures; the files as they stand in a store, the result of training, the measures.

    `chosen`: learning rates in place of those that the training chose.
    """
    result = replace(train(spec), **chosen)
    measures = measure(spec, result.chosen_learning_rates, result.networks)
    run = RunFiles(spec, Store(folder).run(keys_of(spec)))
    outcome = {"identity": identity(spec), "parameters": result.parameters}
    outcome |= {name: getattr(result, name) for name in ("chosen_learning_rates", "pilot_learning_rates")}
    outcome |= {"recurrent_weights": result.recurrent_weights, "networks": [asdict(o) for o in result.outcomes]}
    write_json(run.stored.outcome, outcome)
    write_arrays(run.stored.networks, result.networks)
    write_arrays(run.stored.history, result.history)
    write_arrays(run.stored.measures, measures)
    write_json(run.stored.provenance, {"versions": {}, "machine": {}, "processor": "any"})
    return run, result, measures


def assembled(runs, folder):
    """The tables that are made of runs, written below a folder."""
    assemble(runs, folder)
    return StoredTables(folder)


def of(table, cell, **where):
    """The rows of a cell, where columns have these values."""
    rows = table[table["cell"].eq(cell)]
    for column, value in where.items():
        rows = rows[rows[column].eq(value)]
    return rows
