import re
from pathlib import Path

import numpy as np
import pytest

import gradient_horizon
from gradient_horizon.seeding import generator

SOURCES = sorted(Path(gradient_horizon.__file__).parent.rglob("*.py"))
GLOBAL_STREAM = re.compile(
    r"np\.random\.(?!Generator|PCG64|SeedSequence)\w+"
    r"|torch\.(manual_seed|seed|rand|randn|randint|randperm|normal|bernoulli|multinomial)\b"
    r"|torch\.nn\.init\b|^\s*(import random|from random import)|\.rvs\((?!.*random_state=)",
    re.MULTILINE,
)

WATCHING = ["import random", "np.random.get_state", "np.random.set_state"]
"""What reads the shared generators, to find own classes that draw from them, and puts them back."""


def test_stream_is_the_same_on_every_machine():
    assert generator(0, "training data").integers(2**32, size=4).tolist() == [
        1899651564,
        3303639907,
        439726891,
        3088103330,
    ]
    assert generator(1_000_000, "evaluation data", 300).random() == 0.11625143460933884


def test_same_seed_and_purpose_give_the_same_stream_every_time():
    np.testing.assert_array_equal(generator(3, "change", 1).random(100), generator(3, "change", 1).random(100))


def test_seeds_purposes_and_their_parts_each_have_a_stream_of_their_own():
    keys = [(seed, purpose) for seed in range(20) for purpose in (("change", 0), ("change", 1), ("training data",))]
    keys += [(seed, ("evaluation data", update)) for seed in range(20) for update in (10, 20, 110)]
    first = {generator(seed, *purpose).integers(2**63) for seed, purpose in keys}
    assert len(first) == len(keys)


def test_streams_of_neighbouring_seeds_and_of_purposes_are_uncorrelated():
    streams = [generator(seed, purpose).standard_normal(20_000) for seed in (0, 1, 2) for purpose in ("a", "b")]
    correlation = np.corrcoef(streams) - np.eye(6)
    assert np.abs(correlation).max() < 5 / np.sqrt(20_000)


def test_drawing_from_one_stream_does_not_move_another_nor_the_global_one():
    state = np.random.get_state()[1].copy()
    one, other = generator(0, "a"), generator(0, "b")
    one.random(10)
    assert other.random() == generator(0, "b").random()
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_module_draws_from_a_global_stream(path):
    found = [match.group().strip() for match in GLOBAL_STREAM.finditer(path.read_text())]
    assert found == (WATCHING if path.name == "generators.py" else [])


@pytest.mark.parametrize(
    "line",
    ["np.random.seed(1)", "x = np.random.rand(3)", "torch.manual_seed(0)", "import random", "ortho_group.rvs(3)"],
)
def test_the_search_for_global_streams_finds_them(line):
    assert GLOBAL_STREAM.search(line)
