"""Runs of other stores: what is taken, what stays, and what is refused."""

from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from filled_stores import TRAINED, WHOLE, files_of, fill, origin_of, run_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from gradient_horizon.errors import StoreError
from gradient_horizon.storage import damaged_files, is_whole
from gradient_horizon.store.joining import State, join, would_join
from gradient_horizon.store.locks import held
from gradient_horizon.store.store import Store

DAY = "2026-11-27"
CHECKPOINT = "checkpoint.safetensors"
ALL = (*WHOLE, "measures-c.safetensors", "extrapolation-d.safetensors", CHECKPOINT)


@pytest.fixture
def ours(tmp_path):
    return fill(tmp_path / "ours", [])


@pytest.fixture
def theirs(tmp_path):
    return fill(tmp_path / "theirs", [1])


def joined(theirs, ours, run=1, name="lab"):
    return join(run_folder(theirs, run), Store(ours), name, DAY)


def test_a_run_that_is_lacking_is_taken_with_its_checksums_and_its_origin(ours, theirs):
    found = joined(theirs, ours)
    assert (found.state, set(found.taken), found.damaged, found.kept) == (State.NEW, set(WHOLE), (), ())
    assert found.taken[-1] == "outcome.json"
    assert found.size == sum((run_folder(theirs, 1) / name).stat().st_size for name in WHOLE)
    assert files_of(ours) == files_of(theirs)
    assert list(damaged_files(ours)) == []
    assert origin_of(ours, 1) == {"store": "lab", "day": DAY}
    assert origin_of(theirs, 1) is None


def test_what_was_taken_once_is_taken_no_more(ours, theirs):
    joined(theirs, ours)
    before = files_of(ours)
    found = joined(theirs, ours, name="elsewhere")
    assert (found.state, found.taken, found.kept) == (State.SAME, (), ())
    assert files_of(ours) == before
    assert origin_of(ours, 1)["store"] == "lab"


def test_a_run_that_was_merged_before_keeps_its_first_origin(ours, theirs, tmp_path):
    joined(theirs, ours, name="lab")
    further = fill(tmp_path / "further", [])
    joined(ours, further, name="office")
    assert origin_of(further, 1) == {"store": "lab", "day": DAY}


@pytest.mark.parametrize("kind", ["networks", "history", "outcome"])
def test_a_run_with_other_bytes_of_training_is_refused_and_nothing_of_it_is_taken(theirs, tmp_path, kind):
    other = fill(tmp_path / "other", [1], TRAINED, **{kind: "other bytes\n"})
    before = files_of(other)
    found = joined(theirs, other)
    assert (found.state, found.taken) == (State.CONTRADICTORY, ())
    assert found.contradiction.startswith(kind)
    assert files_of(other) == before


def test_measures_durations_and_provenance_that_differ_stay_as_they_are(theirs, tmp_path):
    own = {"measures": "last digits\n", "durations": "{}\n", "provenance": {"processor": "znver5"}}
    other = fill(tmp_path / "other", [1], **own)
    before = files_of(other)
    found = joined(theirs, other)
    assert found.state == State.SAME
    assert set(found.kept) == {"measures-b.safetensors", "durations.json", "provenance.json"}
    assert files_of(other) == before


def test_measures_under_another_digest_are_further_files_of_the_run(ours, theirs, tmp_path):
    joined(theirs, ours)
    further = fill(tmp_path / "further", [1], (*TRAINED, "measures-c.safetensors"))
    found = joined(further, ours)
    assert (found.state, found.taken) == (State.MORE, ("measures-c.safetensors",))
    assert {path.name for path in run_folder(ours, 1).iterdir()} == {*WHOLE, "measures-c.safetensors", ".sha256"}


@pytest.mark.parametrize("name", WHOLE)
def test_a_damaged_file_is_named_and_left_and_all_else_is_taken(ours, theirs, name):
    (run_folder(theirs, 1) / name).write_bytes(b"{}")
    found = joined(theirs, ours)
    assert found.damaged == (name,)
    assert set(found.taken) == {*WHOLE} - {name}
    assert found.state == (State.MORE if name == "outcome.json" else State.NEW)
    assert not (run_folder(ours, 1) / name).exists()
    assert (run_folder(theirs, 1) / name).read_bytes() == b"{}"


def test_a_file_without_a_checksum_counts_as_damaged(ours, theirs):
    (run_folder(theirs, 1) / ".sha256" / "outcome.json").unlink()
    assert joined(theirs, ours).damaged == ("outcome.json",)


def test_a_file_that_is_damaged_here_is_taken_again(ours, theirs):
    joined(theirs, ours)
    networks = run_folder(ours, 1) / "networks.safetensors"
    (run_folder(ours, 1) / ".sha256" / networks.name).write_text("0  networks.safetensors\n")
    assert joined(theirs, ours).taken == (networks.name,)
    assert is_whole(networks)


def test_a_file_that_is_damaged_there_contradicts_nothing(ours, theirs):
    joined(theirs, ours)
    before = files_of(ours)
    (run_folder(theirs, 1) / "networks.safetensors").write_bytes(b"x")
    (run_folder(theirs, 1) / ".sha256" / "networks.safetensors").unlink()
    found = joined(theirs, ours)
    assert (found.state, found.damaged) == (State.SAME, ("networks.safetensors",))
    assert files_of(ours) == before


def test_the_state_of_an_unfinished_training_is_taken_where_there_is_none(ours, tmp_path):
    unfinished = fill(tmp_path / "unfinished", [1], [CHECKPOINT])
    assert joined(unfinished, ours).taken == (CHECKPOINT,)
    further = fill(tmp_path / "further", [1], [CHECKPOINT], checkpoint="another state\n")
    assert joined(further, ours).state == State.SAME
    assert (run_folder(ours, 1) / CHECKPOINT).read_text() == f"{CHECKPOINT} of 1\n"


def test_a_training_that_has_ended_needs_no_state_any_more(ours, theirs, tmp_path):
    unfinished = fill(tmp_path / "unfinished", [1], [CHECKPOINT])
    joined(unfinished, ours)
    joined(theirs, ours)
    assert not (run_folder(ours, 1) / CHECKPOINT).exists()
    assert joined(unfinished, ours).state == State.SAME
    assert files_of(ours) == files_of(theirs)


def test_a_run_that_a_process_works_on_is_left_to_it(ours, theirs):
    folder = run_folder(ours, 1)
    folder.mkdir(parents=True)
    with held(folder, wait=False):
        assert joined(theirs, ours).state == State.BUSY
    assert list(folder.iterdir()) == []
    assert joined(theirs, ours).state == State.NEW


def test_what_would_be_taken_is_what_is_taken_and_looking_changes_nothing(ours, theirs):
    before = files_of(ours)
    expected = would_join(run_folder(theirs, 1), Store(ours))
    assert files_of(ours) == before
    assert not run_folder(ours, 1).exists()
    assert expected == joined(theirs, ours)


def test_a_store_that_cannot_be_written_is_told_with_what_to_do(ours, theirs):
    (run_folder(ours, 1) / "networks.safetensors").mkdir(parents=True)
    with pytest.raises(
        StoreError, match=r"must be a folder that can be written to, got Is a directory\. What was taken"
    ):
        joined(theirs, ours)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.integers(1, 2), st.sets(st.sampled_from(ALL)), max_size=2),
        min_size=2,
        max_size=3,
    ),
    st.booleans(),
)
def test_stores_merged_in_any_order_give_the_same_files(contents, is_damaged):
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        stores = [folder / f"store-{number}" for number in range(len(contents))]
        for store, runs in zip(stores, contents, strict=True):
            fill(store, [])
            for run, names in runs.items():
                fill(store, [run], sorted(names))
        if is_damaged and (
            found := [path for path in stores[0].rglob("*.safetensors") if path.parent.name != ".sha256"]
        ):
            found[0].write_bytes(b"damaged")
        results = []
        for number, order in enumerate(permutations(stores)):
            out = fill(folder / f"merged-{number}", [])
            for store in order:
                for run in Store(store).folders():
                    assert join(run, Store(out), store.name, DAY).state != State.CONTRADICTORY
            results.append(files_of(out))
        assert all(each == results[0] for each in results)
        assert list(damaged_files(out)) == []
