"""What a claim rests on: from the extracted rows and columns every test comes out the same, and not from fewer."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from decisive_tables import TESTS, decisive
from evidence_rows import LENGTHS, group, network, pilots, success
from hand_made_tables import EMPTY, tables_of

from gradient_horizon.claims.arms import GRU, LSTM, TANH
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.contract import described
from gradient_horizon.claims.evidence.memory import Length
from gradient_horizon.claims.evidence.per_seed import Measure
from gradient_horizon.claims.evidence.shares import Diverged
from gradient_horizon.claims.extract import ARM, extract, leaves
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import LONGER, RARE, SHRINKS
from gradient_horizon.tables.catalogue import TABLES


def shape(test):
    """The kinds of evidence that a test is made of, and what it asks of the rows."""
    kinds = [(type(leaf).__name__, *leaf.where, bool(leaf.details)) for leaf in leaves(test.evidence)]
    return json.dumps([type(test.evidence).__name__, *map(str, kinds), bool(test.works)])


SHAPES = {shape(test): name for name, (_, test) in reversed(TESTS.items())}
"""One test of each shape."""


def alone(name):
    claim, test = TESTS[name]
    return replace(claim, tests=(test,))


def results(claim, tables):
    return [(each.finding, each.outcome, each.silence) for each in claim.judge(tables)[1]]


def among_others(tables):
    """The tables with rows of another experiment, whose numbers would change all."""
    others = [("networks", group("elsewhere", LSTM) | {"length": 10_000, "seed": 0, "judged": True, "chosen": True})]
    return {name: pd.concat([frame, tables_of(others)[name]], ignore_index=True) for name, frame in tables.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES.values())
def test_every_test_comes_out_the_same_from_its_extract_alone(name):
    claim = alone(name)
    for tables in map(among_others, decisive(TESTS[name][1])):
        cut = extract(claim, tables)
        assert sum(map(len, cut.values())) <= sum(map(len, tables.values()))
        assert repr(results(claim, {**EMPTY, **cut})) == repr(results(claim, tables))
    assert results(claim, {**EMPTY, **extract(claim, decisive(TESTS[name][1])[0])})[0][1] is Outcome.PASS


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES.values())
def test_no_test_comes_out_without_one_of_the_columns_in_its_extract(name):
    claim, tables = alone(name), decisive(TESTS[name][1])[0]
    cut = extract(claim, tables)
    for table, frame in cut.items():
        for column in set(frame.columns) - {*ARM}:
            with pytest.raises(KeyError):
                claim.judge({**EMPTY, **cut, table: frame.drop(columns=column)})


ASKED = Claim(
    "made",
    "remedies",
    "profiles",
    (
        *main("memory", Length(LSTM) / Length(TANH), LONGER, "here"),
        *main("rare", Diverged(GRU), RARE, "here"),
        *main("factor", Measure("late_factor", TANH), SHRINKS, "here"),
    ),
)


def measured(arm, seed, **columns):
    return "gradients", group("here", arm) | {"seed": seed, "length": 9, "moment": "initial"} | columns


def given():
    return tables_of(
        [
            *success("here", LSTM, dict.fromkeys(LENGTHS[:3], 2), n=3),
            *success("here", TANH, dict.fromkeys(LENGTHS[:3], 1), n=3),
            *success("there", TANH, dict.fromkeys(LENGTHS[:3], 1), n=3),
            *pilots("here", TANH, solved=4, n=4),
            network("here", TANH, 1000, length=99, judged=False),
            *(network("here", GRU, seed, length=length) for seed in range(2) for length in (5, 50)),
            *(measured(TANH, seed, late_factor=0.5, decay_factor=0.1) for seed in range(2)),
            measured(TANH, 0, moment="final", late_factor=9.0),
            measured(TANH, 0, length=4, late_factor=9.0),
            measured(LSTM, 0, late_factor=9.0),
        ]
    )


def test_only_rows_and_columns_that_tests_read_are_extracted():
    cut = extract(ASKED, given())
    assert set(cut) == {"networks", "gradients"}
    assert list(cut["gradients"].columns) == [
        "experiment", "cell", "remedy", "length", "seed", "moment", "late_factor",
    ]  # fmt: skip
    assert cut["gradients"]["late_factor"].tolist() == [0.5, 0.5]
    networks = cut["networks"]
    assert set(networks.columns) == {*ARM, "length", "seed", "learning_rate", "judged", "chosen", "status"}
    assert set(networks["experiment"]) == {"here"}
    counts = networks.groupby(["cell", "judged"])["length"].agg(["size", "max"])
    assert counts.loc[("lstm", True)].tolist() == [9, LENGTHS[2]]
    assert counts.loc[("tanh", True)].tolist() == [9, LENGTHS[2]]
    assert counts.loc[("tanh", False)].tolist() == [4, min(LENGTHS)]
    assert counts.loc[("gru", True)].tolist() == [2, 50]


def test_an_extract_is_written_as_its_table_is(tmp_path):
    tables = given()
    TABLES["gradients"].save(tables["gradients"], tmp_path)
    whole = pd.read_csv(tmp_path / "gradients.csv")
    cut = extract(
        Claim("made", "cause", "profiles", main("factor", Measure("gradient_horizon", TANH), SHRINKS, "here")), tables
    )
    (tmp_path / "cut.csv").write_text(TABLES["gradients"].csv(cut["gradients"]))
    columns = [
        "experiment",
        "cell",
        "remedy",
        "length",
        "seed",
        "moment",
        "gradient_horizon",
        "gradient_horizon_censored",
    ]
    rows = whole[whole["cell"].eq("tanh") & whole["moment"].eq("initial") & whole["length"].eq(9)]
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "cut.csv"), rows[columns].reset_index(drop=True))


def test_every_kind_of_evidence_has_columns():
    for _, test in TESTS.values():
        for leaf in leaves(test.evidence):
            assert leaf.tables, described(leaf)
            assert all(leaf.columns.values()), described(leaf)
