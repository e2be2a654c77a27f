"""Files of small runs, and rows of the tables that are made from them."""

import json
from dataclasses import asdict

from gradient_horizon.measuring.measure import measure
from gradient_horizon.storage import write_arrays
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.training.loop import train

LENGTH, UPDATES, EVERY = 8, 30, 10
CHOSEN = 0.001
SETTINGS = {"hidden_size": 8, "batch_size": 8, "length": LENGTH, "updates": UPDATES, "hidden_gradients_every": EVERY}


def write_run(spec, name, folder):
    """Trains and measures; the files as the workflow leaves them, the result of training, the measures."""
    result = train(spec)
    measures = measure(spec, CHOSEN, result.networks)
    run = RunFiles(name, folder / f"{name}.json", folder / f"{name}.history", folder / f"{name}.measures")
    outcome = {"spec": json.loads(spec.to_json()), "chosen_learning_rate": CHOSEN, "parameters": result.parameters}
    outcome |= {"recurrent_weights": result.recurrent_weights, "networks": [asdict(o) for o in result.outcomes]}
    run.outcome_file.write_text(json.dumps(outcome))
    write_arrays(run.history_file, result.history)
    write_arrays(run.measures_file, measures)
    return run, result, measures


def of(table, cell, **where):
    """The rows of a cell, where columns have these values."""
    rows = table[table["cell"].eq(cell)]
    for column, value in where.items():
        rows = rows[rows[column].eq(value)]
    return rows
