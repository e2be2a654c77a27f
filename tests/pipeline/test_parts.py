"""Parts of a study: what is in them, and which are refused."""

from dataclasses import replace

import pandas as pd
import pytest
from decisive_tables import TESTS, decisive
from study_results import ALL, EXPERIMENTS, FEW, make_results, rewrite, tiny_study

from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.commands.part import make_part
from gradient_horizon.pipeline.parts import ABOUT, COPIED, TABLE_FILES, read_part, tables_of
from gradient_horizon.storage import damaged_files, write
from gradient_horizon.tables.catalogue import FROM_TABLES, TABLES, StoredTables
from gradient_horizon.tables.merging import KEPT


class Watched(dict):
    """Tables that know which of them were read."""

    def __init__(self, tables):
        super().__init__(tables)
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


def test_a_part_has_the_tables_that_claims_and_other_tables_are_made_from_and_no_others(results_of):
    read = set()
    for claim, test in TESTS.values():
        watched = Watched(decisive(test)[0])
        replace(claim, tests=(test,)).judge(watched)
        read |= watched.read
    watched = Watched({**StoredTables(results_of("all", **ALL) / "tables")})
    for name, rows_of in FROM_TABLES.items():
        if name != "profile_means":  # for figures, of which a part has none
            list(rows_of(watched))
    assert (read | watched.read) - FROM_TABLES.keys() == set(KEPT)


def test_a_part_is_small_whole_and_the_same_in_every_bit_when_it_is_made_again(results_of, part_of, capsys):
    made = part_of("few", **FEW)
    files = {file.relative_to(made).as_posix() for file in made.rglob("*") if file.is_file()}
    names = {ABOUT, *COPIED, *TABLE_FILES.values()}
    assert {file for file in files if ".sha256" not in file} == names
    assert len(files) == 2 * len(names)
    assert list(damaged_files(made)) == []
    size = sum((made / name).stat().st_size for name in names)
    assert capsys.readouterr().out.startswith(f"{made}: {size / 1e6:.1f} MB")
    before = {name: (made / name).read_bytes() for name in names}
    part_of("few", **FEW)
    assert {name: (made / name).read_bytes() for name in names} == before
    for name in KEPT:
        wanted = TABLES[name].load(results_of("few") / "tables")
        pd.testing.assert_frame_equal(TABLES[name].load(made / "tables"), wanted, check_exact=True)


def test_a_part_needs_results_that_are_complete_whole_and_of_one_plan(studies, results_of, tmp_path):
    made = results_of("alone", EXPERIMENTS[0], **FEW)

    def refusal(out=tmp_path / "part"):
        with pytest.raises(MergeError) as error:
            make_part(results=made, out=out)
        return str(error.value)

    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.txt").write_text("mine")
    assert refusal(tmp_path / "notes") == (
        f"{tmp_path / 'notes'} must be a new folder, or a part that is made again; got a folder with other files"
    )
    rewrite(made / "made_of.json", lambda content: content["missing"].append("memory_recall_tanh_none_T4_s0_00000000"))
    runs = (made / "plan" / "runs.csv").read_text()
    write(made / "plan" / "runs.csv", "".join(runs.splitlines(keepends=True)[:-1]))
    assert "got 2 where 1 are listed and 1 missing: finish the study" in refusal()
    write(made / "plan" / "runs.csv", runs)
    (made / "tables" / "gates.parquet").write_bytes(b"not a table")
    assert refusal().startswith(f"{made / 'tables' / 'gates.parquet'} must match the checksum")
    (made / "tables" / "gates.parquet").unlink()
    assert refusal() == (
        f"{made} must have the file tables/gates.parquet, got none. Results get there by running their study with "
        "Snakemake."
    )
    assert not (tmp_path / "part").exists()
    nothing = make_results(
        tiny_study(EXPERIMENTS[0], **FEW, updates=5), studies / "empty-store", studies / "nothing", without=["memory"]
    )
    with pytest.raises(MergeError, match="must have at least one run to be a part, got none"):
        make_part(results=nothing, out=tmp_path / "part")


@pytest.mark.parametrize("name", [ABOUT, *COPIED, "tables/networks.parquet"])
def test_a_part_without_a_file_is_refused(part_of, name, refused):
    made = part_of("few", **FEW)
    (made / name).unlink()
    assert refused(made).startswith(f"{made} must have the file {name}, got none. Parts are made by")


@pytest.mark.parametrize("name", [ABOUT, *COPIED, "tables/networks.parquet"])
def test_a_damaged_part_is_refused_and_left_as_it_is(part_of, name, refused):
    made = part_of("few", **FEW)
    content = (made / name).read_bytes()[:-1]
    (made / name).write_bytes(content)
    assert refused(made).startswith(f"{made / name} must match the checksum that was written with it, got a")
    assert (made / name).read_bytes() == content


def test_a_part_without_its_checksums_is_refused(part_of, refused):
    made = part_of("few", **FEW)
    (made / "tables" / ".sha256" / "runs.parquet").unlink()
    assert "or no checksum; it was left as it is" in refused(made)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "must have format 1, got 2"),
        ({"spec": 7}, "must have spec 1, got 7"),
        ({"schemas": {"runs": "0"}}, f"got other columns in {', '.join(sorted(KEPT))}"),
    ],
)
def test_a_part_of_a_version_with_other_tables_is_refused(part_of, change, said, refused):
    made = part_of("few", **FEW)
    rewrite(made / ABOUT, lambda about: about.update(package="0.0.1", **change))
    sentence = refused(made)
    assert sentence.startswith(f"{made}/part.json must have ")
    assert said in sentence
    assert sentence.endswith(
        "by version 0.0.1 of gradient-horizon. Join with that version, or make the part again with this one."
    )


def test_a_part_of_a_version_without_a_table_that_was_added_since_has_no_rows_of_it(part_of, refused):
    made = part_of("few", **FEW)
    (made / TABLE_FILES["extrapolation"]).unlink()
    assert "got other columns in extrapolation" in refused(made)  # it had the table, and has lost it
    rewrite(made / ABOUT, lambda about: about["schemas"].pop("extrapolation"))
    part = read_part(made)
    assert tables_of(made) == [name for name in KEPT if name != "extrapolation"]
    assert part.tables["extrapolation"].empty
    assert len(part.tables["networks"]) > 0


def test_a_part_whose_runs_are_not_of_its_study_is_refused(part_of, refused):
    made = part_of("few", **FEW)
    rewrite(made / "plan" / "study.json", lambda study: study["experiments"][0].update(updates=7))
    assert refused(made).startswith(f"{made}/plan/runs.csv must list runs of plan/study.json, got 'memory_recall")


def test_a_part_whose_study_cannot_be_read_or_names_what_is_not_here_is_refused(part_of, refused):
    made = part_of("few", **FEW)
    rewrite(made / "plan" / "study.json", lambda study: study["experiments"][0].update(task="of_mine:Task"))
    assert "must name classes that can be imported here, got: No module named 'of_mine'" in refused(made)
    rewrite(made / "plan" / "study.json", lambda study: study.pop("remedies"))
    assert "must be a study as this version of gradient-horizon runs them, got 1 values" in refused(made)
