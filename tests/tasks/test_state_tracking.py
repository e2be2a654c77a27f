"""Parity, the word problem of S3, and associative recall: answers by brute force, baselines by Monte Carlo."""

import math
from itertools import permutations

import numpy as np
import pytest

from gradient_horizon.tasks.associative_recall import AssociativeRecall
from gradient_horizon.tasks.base import Batch
from gradient_horizon.tasks.parity import Parity
from gradient_horizon.tasks.parity_throughout import ParityThroughout
from gradient_horizon.tasks.s3 import SymmetricGroup
from gradient_horizon.tasks.s3_throughout import SymmetricGroupThroughout

LETTERS = "abc"
ARRANGEMENTS = sorted("".join(order) for order in permutations(LETTERS))


def drawn(task, length, count, seed=0):
    return task.sample(length, count, generator=np.random.default_rng(seed))


def assert_reaches(probability, target, baseline):
    """Answers with these probabilities [class batch] have the loss and accuracy of the baseline, in 5 errors."""
    surprise = -np.log(probability[target, np.arange(target.size)])
    right = probability.argmax(0) == target
    for values, expected in ((surprise, baseline.loss), (right, baseline.accuracy)):
        assert values.mean() == pytest.approx(expected, abs=5 * values.std() / math.sqrt(target.size) + 1e-7)


@pytest.mark.parametrize("length", [2, 3, 8, 41])
def test_parity_shows_signs_and_a_cue_and_asks_whether_the_ones_are_odd(length):
    inputs, target = drawn(Parity(), length, 300)
    assert set(np.unique(inputs[:, 0])) == {-1.0, 1.0}
    assert (inputs[:-1, 1] == 0).all()
    assert (inputs[-1, 1] == 1).all()
    for signs, answer in zip(inputs[:, 0].T, target, strict=True):
        assert answer == (0 if math.prod(-signs) > 0 else 1)


def test_bits_of_parity_are_fair_and_independent():
    signs = drawn(Parity(), 6, 40_000).inputs[:, 0]
    error = 5 / math.sqrt(40_000)
    np.testing.assert_allclose(signs.mean(1), 0, atol=error)
    np.testing.assert_allclose((signs @ signs.T / 40_000)[np.triu_indices(6, 1)], 0, atol=error)


@pytest.mark.parametrize("hidden", [0, 4, 9])
def test_whoever_misses_any_one_bit_of_parity_is_left_with_chance(hidden):
    inputs, target = drawn(Parity(), 10, 60_000)
    known = np.delete(inputs[:, 0] > 0, hidden, axis=0).sum(0) % 2
    (chance,) = Parity().baselines(10)
    assert chance == ("chance", math.log(2), 1 / 2)
    assert (known == target).mean() == pytest.approx(chance.accuracy, abs=5 * 0.5 / math.sqrt(60_000))


def rearranged(shown):
    """What is left of "abc" when letters are moved as each element says: that at place i goes to place g[i]."""
    order = list(LETTERS)
    for element in shown:
        moved = [""] * 3
        for place, letter in enumerate(order):
            moved[[*permutations(range(3))][element][place]] = letter
        order = moved
    return "".join(order)


@pytest.mark.parametrize("length", [2, 3, 7, 30])
def test_s3_asks_for_what_all_permutations_come_to_when_letters_are_moved_one_after_another(length):
    inputs, target = drawn(SymmetricGroup(), length, 300)
    assert ((inputs == 0) | (inputs == 1)).all()
    assert (inputs[:, :6].sum(1) == 1).all()
    assert (inputs[:-1, 6] == 0).all()
    assert (inputs[-1, 6] == 1).all()
    shown = inputs[:, :6].argmax(1).T
    for elements, answer in zip(shown.tolist(), target.tolist(), strict=True):
        assert rearranged(elements) == rearranged([answer])
    assert {rearranged([element]) for element in range(6)} == set(ARRANGEMENTS)


def test_elements_of_s3_are_uniform_at_every_step_and_their_order_matters():
    inputs, target = drawn(SymmetricGroup(), 5, 40_000)
    shares = inputs[:, :6].mean(2)
    np.testing.assert_allclose(shares, 1 / 6, atol=5 * math.sqrt(5 / 36 / 40_000))
    backwards = np.array([rearranged(each) for each in inputs[::-1, :6].argmax(1).T[:2000].tolist()])
    forwards = np.array([rearranged([answer]) for answer in target[:2000].tolist()])
    assert 0.2 < (backwards == forwards).mean() < 0.8


def sign(element):
    """-1 for a permutation that takes an odd number of swaps, by counting pairs out of order."""
    images = [*permutations(range(3))][element]
    return (-1) ** sum(images[i] > images[j] for i in range(3) for j in range(i + 1, 3))


def test_the_sign_alone_leaves_three_elements_of_s3():
    inputs, target = drawn(SymmetricGroup(), 12, 60_000)
    chance, by_sign = SymmetricGroup().baselines(12)
    assert chance == ("chance", math.log(6), 1 / 6)
    signs = np.array([sign(element) for element in range(6)])
    tracked = signs[inputs[:, :6].argmax(1)].prod(0)
    fits = signs[:, None] == tracked
    assert_reaches(np.where(fits, 1 / 3, 1e-12), target, by_sign)
    assert by_sign.loss == pytest.approx(math.log(3), rel=1e-12)


def test_all_elements_of_s3_but_one_leave_chance():
    inputs, target = drawn(SymmetricGroup(), 6, 60_000)
    known = SymmetricGroup().sample(5, 1, generator=np.random.default_rng(0))
    assert known.inputs.shape == (5, 7, 1)
    shown = inputs[1:, :6].argmax(1).T
    guess = np.array([ARRANGEMENTS.index(rearranged(each)) for each in shown.tolist()])
    truth = np.array([ARRANGEMENTS.index(rearranged([each])) for each in target.tolist()])
    assert (guess == truth).mean() == pytest.approx(1 / 6, abs=5 * math.sqrt(5 / 36 / 60_000))


@pytest.mark.parametrize(
    ("asked_throughout", "asked_last"), [(ParityThroughout, Parity), (SymmetricGroupThroughout, SymmetricGroup)]
)
@pytest.mark.parametrize("length", [2, 3, 9])
def test_asked_throughout_the_answer_after_every_step_is_that_to_the_sequence_so_far(
    asked_throughout, asked_last, length
):
    task = asked_throughout()
    batch, expected = drawn(task, length, 200), drawn(asked_last(), length, 200)
    np.testing.assert_array_equal(batch.inputs, expected.inputs)
    np.testing.assert_array_equal(batch.target, expected.target)
    answers = task.answers(batch)
    assert answers.shape == (length - 1, 200)
    for steps, answer in enumerate(answers, start=2):
        assert_answers(asked_last, batch.inputs[:steps], answer)


def assert_answers(task, inputs, answers):
    """The answers to sequences, by brute force."""
    for sequence, answer in zip(np.moveaxis(inputs, 2, 0), answers.tolist(), strict=True):
        if task is Parity:
            assert answer == (0 if math.prod(-sequence[:, 0]) > 0 else 1)
        else:
            assert rearranged(sequence[:, :6].argmax(1).tolist()) == rearranged([answer])


@pytest.mark.parametrize("task", [ParityThroughout, SymmetricGroupThroughout])
def test_baselines_hold_after_every_step_that_is_asked(task):
    batch = drawn(task(), 6, 60_000)
    chance, *by_sign = task().baselines(6)
    classes = task.outputs
    for step, answer in enumerate(task().answers(batch), start=2):
        assert_reaches(np.full((classes, answer.size), 1 / classes), answer, chance)
        for baseline in by_sign:
            signs = np.array([sign(element) for element in range(6)])
            tracked = signs[batch.inputs[:step, :6].argmax(1)].prod(0)
            assert_reaches(np.where(signs[:, None] == tracked, 1 / 3, 1e-12), answer, baseline)


def test_only_the_last_answer_counts_for_the_accuracy():
    assert (ParityThroughout.recalled_steps, SymmetricGroupThroughout.recalled_steps) == (1, 1)
    assert Batch._fields == ("inputs", "target")


def dictionary_answers(inputs):
    """The answers by a dictionary that is filled step by step, and the number of pairs in it."""
    answers, sizes = [], []
    for sequence in np.moveaxis(inputs, 2, 0):
        known = {}
        for step in sequence[:-1]:
            values, keys = np.flatnonzero(step[:4]), np.flatnonzero(step[4:20])
            assert len(values) == len(keys) <= 1
            assert step[20] == 0
            if len(keys):
                assert keys[0] not in known
                known[keys[0]] = values[0]
        last = sequence[-1]
        assert (last[:4] == 0).all()
        assert last[20] == 1
        (asked,) = np.flatnonzero(last[4:20])
        answers.append(known[asked])
        sizes.append(len(known))
    return answers, sizes


@pytest.mark.parametrize(("length", "pairs"), [(3, 2), (4, 3), (9, 8), (17, 16), (18, 16), (60, 16)])
def test_associative_recall_asks_for_the_value_of_a_key_that_was_shown(length, pairs):
    inputs, target = drawn(AssociativeRecall(), length, 300)
    assert ((inputs == 0) | (inputs == 1)).all()
    answers, sizes = dictionary_answers(inputs)
    np.testing.assert_array_equal(answers, target)
    assert set(sizes) == {pairs}


@pytest.mark.parametrize("length", [5, 17, 33])
def test_keys_values_places_and_questions_of_associative_recall_are_uniform(length):
    count = 30_000
    inputs, _ = drawn(AssociativeRecall(), length, count)
    pairs, steps = min(length - 1, 16), length - 1
    shown = inputs[:-1, 4:20].sum(1)
    for values, expected in (
        (shown, pairs / steps),
        (inputs[:-1, 4:20].sum(0), pairs / 16),
        (inputs[-1, 4:20], 1 / 16),
        (inputs[:-1, :4].sum(0) / pairs, 1 / 4),
    ):
        spread = max(values.std(), 1e-9)
        np.testing.assert_allclose(values.mean(1), expected, atol=5 * spread / math.sqrt(count) + 1e-7)


def test_values_of_associative_recall_tell_nothing_of_their_keys_or_of_each_other():
    inputs, _ = drawn(AssociativeRecall(), 5, 60_000)
    values, keys = inputs[:-1, :4].argmax(1), inputs[:-1, 4:20].argmax(1)
    of_key = np.array([(values[keys == key] == 0).mean() for key in range(16)])
    np.testing.assert_allclose(of_key, 1 / 4, atol=5 * math.sqrt(3 / 16 / (60_000 / 4)))
    assert (values[0] == values[1]).mean() == pytest.approx(1 / 4, abs=5 * math.sqrt(3 / 16 / 60_000))


@pytest.mark.parametrize("length", [3, 6, 17, 40])
def test_the_last_pair_alone_answers_its_own_question_and_guesses_the_others(length):
    inputs, target = drawn(AssociativeRecall(), length, 60_000)
    chance, last_pair = AssociativeRecall().baselines(length)
    assert chance == ("chance", math.log(4), 1 / 4)
    shown = inputs[:-1, 4:20].sum(1) > 0
    last = length - 2 - shown[::-1].argmax(0)
    column = np.arange(target.size)
    key, value = inputs[last, 4:20, column].argmax(1), inputs[last, :4, column].argmax(1)
    is_asked = key == inputs[-1, 4:20].argmax(0)
    known = np.arange(4)[:, None] == value
    probability = np.where(is_asked, np.where(known, 1.0, 1e-12), 1 / 4)
    assert_reaches(probability, target, last_pair)
