from pathlib import Path
from types import SimpleNamespace

import pytest

from gradient_horizon.pipeline import room
from gradient_horizon.pipeline.batches import Batch, Work
from gradient_horizon.pipeline.room import disk_problems, look_for_room, memory_problems, room_remarks
from gradient_horizon.pipeline.workflow import WorkflowError
from gradient_horizon.study.costs import Cost


def batches(*sizes):
    """Batches of a run each that take so many gigabytes of memory and of disk."""
    return [
        Batch(
            f"b-{index}",
            (
                Work(
                    SimpleNamespace(), (f"e{index}",), Cost(1, 1, int(memory * 1e9), int(disk * 1e9)), is_trained=False
                ),
            ),
        )
        for index, (memory, disk) in enumerate(sizes)
    ]


def room_problems(planned):
    return [*disk_problems(planned, Path("store")), *memory_problems(planned)]


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """Four gigabytes of memory, ten of disk."""
    monkeypatch.setattr(room, "available_memory", lambda: 4.0)
    monkeypatch.setattr(room, "free_disk", lambda folder: 10.0)


def test_what_fits_is_no_problem_and_no_remark():
    for problems in (room_problems(batches((2, 3), (1, 6))), room_problems([])):
        assert problems == []
    assert list(room_remarks(batches((2, 3), (1, 6)), 2)) == []
    assert list(room_remarks([], 2)) == []


def test_a_disk_that_is_too_small_is_said_with_both_numbers():
    (found,) = room_problems(batches((1, 6), (1, 5)))
    assert found.startswith("store: the disk must have room for 11 GB, got 10 GB: remove what no study uses")


def test_a_job_that_is_too_large_is_said_by_its_experiment():
    (found,) = room_problems(batches((1, 1), (5, 1)))
    assert found.startswith("experiment e1: a job must have 5 GB of memory, got 4 GB: lower its hidden_size")


def test_jobs_that_fit_one_by_one_are_remarked():
    assert room_problems(batches((3, 1), (3, 1))) == []
    (found,) = room_remarks(batches((3, 1), (3, 1)), 2)
    assert found == (
        "2 jobs at once may take 6 GB of memory, and 4 GB can be had: with --resources mem_mb=4000 no more run than fit"
    )
    assert list(room_remarks(batches((3, 1), (3, 1)), 1)) == []


def test_a_study_without_room_stops_before_its_first_job_also_where_memory_is_that_of_other_machines(capsys):
    for cores in (2, None):
        with pytest.raises(WorkflowError, match="the disk must have room for 11 GB"):
            look_for_room(batches((1, 11)), Path("store"), cores)
    look_for_room(batches((500, 1)), Path("store"), None)
    look_for_room(batches((3, 1), (3, 1)), Path("store"), 2)
    assert capsys.readouterr().err.startswith("2 jobs at once may take 6 GB")


def test_a_system_that_does_not_say_its_memory_is_trusted(monkeypatch):
    monkeypatch.setattr(room, "available_memory", lambda: None)
    assert room_problems(batches((500, 1))) == []
    assert list(room_remarks(batches((500, 1)), 1)) == []
