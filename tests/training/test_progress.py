from gradient_horizon.training import progress
from gradient_horizon.training.loop import train


def test_progress_tells_update_networks_and_loss_at_every_evaluation_when_time_has_passed(small_run, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_REPORTS", 0.0)
    lines: list[str] = []
    result = train(small_run(seeds=(0, 1)), report=lines.append)
    starts = [f"update {update} of 60, 2 networks training, loss " for update in (20, 40, 60)]
    assert [line.startswith(start) for line, start in zip(lines, starts, strict=True)] == [True] * 3
    mean = result.history["evaluation_loss"].mean(axis=1)
    assert [f"loss {value:.4g}," in line for line, value in zip(lines, mean, strict=True)] == [True] * 3
    assert lines[-1].endswith("about 0 s left at most")


def test_quick_run_reports_its_end_only(small_run):
    lines: list[str] = []
    train(small_run(), report=lines.append)
    assert [line.split(",")[0] for line in lines] == ["update 60 of 60"]


def test_run_whose_networks_are_all_done_says_so(small_run):
    lines: list[str] = []
    train(small_run(cell="relu", optimiser="sgd", learning_rates=(100.0,)), report=lines.append)
    assert lines[-1].endswith("0 networks training, all networks done")
