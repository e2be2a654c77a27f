from pathlib import Path

import pytest
from hand_made_tables import EMPTY, frame

from gradient_horizon.reporting.learning_rates import edge_values
from gradient_horizon.reporting.memory_tables import horizon_table, other_tasks_table
from gradient_horizon.reporting.wording import Wording

PROSE = Path(__file__).parents[2] / "report"
RUNS = {
    ("recall-32", "recall", "tanh", 5): (2, 12),
    ("recall-32", "recall", "tanh", 10): (3, 5),
    ("recall-32", "recall", "tanh", 20): (3, 0),
    ("recall-32", "recall", "gru", 5): (1, 0),
    ("recall-32", "recall", "gru", 10): (1, 0),
    ("recall-32", "recall", "gru", 20): (1, 0),
    ("reset-32", "reset", "lstm", 20): (3, 7),
    ("selective-32", "selective-recall", "lstm", 20): (1, 0),
}
"""By experiment, task, cell and length: how many learning rates were tried, and how many of 12 seeds are at an edge."""


def tables():
    runs, networks, success, horizons, baselines = [], [], [], [], []
    for (experiment, task, cell, length), (rates, edge) in RUNS.items():
        group = {"experiment": experiment, "task": task, "cell": cell, "remedy": "none"}
        key = group | {"length": length}
        runs.append(key | {"run": f"{key}", "updates": 100, "judged_seeds": 12, "chosen_at_edge": edge})
        networks += [key | {"seed": 0, "learning_rate": 0.001 * 3**place} for place in range(rates)]
        success.append(key | {"policy": "chosen", "n": 12})
        horizons.append(group | {"policy": "chosen", "memory_horizon": 10})
        baselines.append({"task": task, "length": length, "rank": 0, "baseline": "guess"})
    untrained = {"experiment": "flow", "task": "recall", "cell": "lstm", "remedy": "none", "length": 200}
    runs.append(untrained | {"run": "flow", "updates": 0, "judged_seeds": 12, "chosen_at_edge": 12})
    networks += [untrained | {"seed": 0, "learning_rate": rate} for rate in (0.1, 0.2)]
    made = {"runs": runs, "networks": networks, "success": success}
    made |= {"horizons": {each["cell"]: each for each in horizons if each["task"] == "recall"}.values()}
    made |= {"baselines": {(each["task"], each["length"]): each for each in baselines}.values()}
    return EMPTY | {name: frame(name, rows) for name, rows in made.items()}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_tables_of_success_say_how_many_seeds_are_judged_at_an_edge_of_the_rates_tried(language):
    wording, made = Wording(PROSE, language), tables()
    head = wording.words["heads"]["edge"]
    horizons, others = horizon_table(wording, made), other_tasks_table(wording, made)
    place = [each["head"] for each in horizons["columns"]].index(head)
    assert {row[0]["text"]: row[place]["text"] for row in horizons["rows"]} == {"tanh": "17 / 36", "GRU": "–"}
    place = [each["head"] for each in others["columns"]].index(head)
    assert {row[0]["text"]: row[place]["text"] for row in others["rows"]} == {
        wording.names.task("reset"): "7 / 12",
        wording.names.task("selective-recall"): "–",
    }


def test_values_of_the_text_count_runs_that_tried_several_rates_those_at_an_edge_and_those_with_two():
    assert edge_values(Wording(PROSE, "en"), tables()) == {"several_rates": "4", "edge_runs": "3", "two_rates": "1"}
    assert set(edge_values(Wording(PROSE, "pl"), EMPTY).values()) == {"0"}
