import pandas as pd

from gradient_horizon.pipeline.jobs.durations import write_durations
from gradient_horizon.storage import is_whole, write


def write_benchmark(results, stage, run, seconds):
    folder = results / "benchmarks" / stage
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{run}.tsv").write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:00\t100.5\n")


def test_durations_are_those_of_the_studys_own_jobs_as_far_as_they_were_timed(tmp_path):
    for run, seconds in (("first", 1.25), ("second", 3.5), ("another's", 100.0)):
        write_benchmark(tmp_path, "train", run, seconds)
    write_benchmark(tmp_path, "measure", "second", 0.75)
    write(tmp_path / "runs.txt", "first\nsecond\n")
    write_durations(runs=tmp_path / "runs.txt", results=tmp_path, out=tmp_path / "durations.csv")
    rows = pd.read_csv(tmp_path / "durations.csv").to_dict("records")
    assert rows == [
        {"stage": "train", "jobs": 2, "seconds": 4.8, "longest": 3.5},
        {"stage": "measure", "jobs": 1, "seconds": 0.8, "longest": 0.75},
    ]
    assert is_whole(tmp_path / "durations.csv")


def test_a_study_without_timings_has_a_table_without_rows(tmp_path):
    write(tmp_path / "runs.txt", "first\n")
    write_durations(runs=tmp_path / "runs.txt", results=tmp_path, out=tmp_path / "durations.csv")
    assert (tmp_path / "durations.csv").read_text() == "stage,jobs,seconds,longest\n"
