import json
from pathlib import Path

import pytest
from published_rows import ROW

from gradient_horizon.errors import PublishedError
from gradient_horizon.literature.rows import read_rows, unread
from gradient_horizon.statistics.shares import share

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "report" / "published.json"


def written(folder, *rows):
    file = folder / "published.json"
    file.write_text(json.dumps({"unread": ["le2015"], "rows": rows}))
    return file


def test_fifteen_results_or_more_of_six_publications_or_more_are_shipped():
    rows = read_rows(SHIPPED)
    assert len(rows) >= 15
    assert len({row.cite for row in rows}) >= 6
    assert not {row.cite for row in rows} & {*unread(SHIPPED)}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"place": {"en": "", "pl": ""}},
            r"published row 'a-row': place.en: String should have at least 1 character, got",
        ),
        (
            {"place": None},
            r"published row 'a-row': place: Input should be a valid dictionary or instance of Texts, got 'None'",
        ),
        ({"conditions": {"en": "x"}}, r"published row 'a-row': conditions.pl: Field required"),
        ({"conditions": {"en": "", "pl": "x"}}, r"published row 'a-row': conditions.en: String should have at least 1"),
        ({"read": "memory"}, r"published row 'a-row': read: Input should be 'pdf', 'text' or 'code', got 'memory'"),
        ({"trials": None}, r"published row 'a-row': the row: .* must have either trials, or low and high"),
        ({"low": 0.5, "high": 1}, r"published row 'a-row': the row: .* must have either trials, or low and high"),
        ({"ours": {"measure": "guess"}}, r"published row 'a-row': ours: .*'guess'"),
        ({"cite": "Pascanu"}, r"published row 'a-row': cite: String should match pattern .*, got 'Pascanu'"),
        ({"colour": "red"}, r"published row 'a-row': colour: Extra inputs are not permitted, got 'red'"),
    ],
)
def test_a_row_that_is_incomplete_or_odd_is_refused_by_its_name(tmp_path, changed, message):
    with pytest.raises(PublishedError, match=message):
        read_rows(written(tmp_path, ROW | changed))


@pytest.mark.parametrize("key", ["place", "conditions", "value", "cite", "ours"])
def test_a_row_without_a_key_is_refused_by_its_name(tmp_path, key):
    without = {name: value for name, value in ROW.items() if name != key}
    with pytest.raises(PublishedError, match=rf"published row 'a-row': {key}: Field required"):
        read_rows(written(tmp_path, without))


def test_two_rows_of_one_name_are_refused(tmp_path):
    with pytest.raises(PublishedError, match="the ids of published rows must differ, got 'a-row' twice"):
        read_rows(written(tmp_path, ROW, ROW))


def test_the_values_that_count_as_the_same_are_given_or_those_of_as_many_trials(tmp_path):
    of_trials, given = read_rows(
        written(tmp_path, ROW | {"value": 0.2}, ROW | {"id": "other", "trials": None, "low": 0.1, "high": 0.3})
    )
    assert of_trials.region == share(1, 5)[1:]
    assert of_trials.region == pytest.approx((0.0362, 0.6245), abs=1e-4)
    assert given.region == (0.1, 0.3)
