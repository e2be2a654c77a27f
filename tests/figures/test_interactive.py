import json
import math
import re
from functools import cache

import pytest
import vl_convert
from drawing import PROSE
from hand_made_tables import EMPTY

from gradient_horizon import registries
from gradient_horizon.figures.interactive.specify import write_specification
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.tables.catalogue import TABLES, StoredTables

SMALL_ENOUGH = 400_000
PREFIXED = {"en": (".", ","), "pl": (",", "\u00a0")}


def specification(name, tables, language, folder):
    for table, contract in TABLES.items():
        if not (folder / f"{table}.parquet").exists():
            contract.save(tables[table], folder)
    write_specification(name, StoredTables(folder), PROSE, folder)
    return (folder / language / f"{name}.vl.json").read_bytes()


@pytest.fixture(scope="module")
def specifications(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return cache(lambda name, language: specification(name, tables, language, folder))


def rendered(content, **options):
    given = json.loads(content)
    given |= {"width": 600} if given.get("width") == "container" else {}
    return vl_convert.vegalite_to_svg(given, **options)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(registries.INTERACTIVE))
def test_every_interactive_figure_renders_with_controls(specifications, name, language):
    content = specifications(name, language)
    decimal, thousands = PREFIXED[language]
    locale = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    picture = rendered(content, format_locale=locale)
    assert picture.count("<path") > 10
    width, height = (float(size) for size in re.findall(r'(?:width|height)="([\d.]+)"', picture)[:2])
    assert 300 < width < 900
    assert 300 < height < 600
    controls = [parameter["bind"] for parameter in json.loads(content)["params"]]
    assert controls
    assert all(control["input"] in ("range", "select") and control["name"].strip() for control in controls)
    assert '"background"' not in content.decode()


def test_interactive_figures_are_small_and_the_same_bytes_twice(specifications, tables, tmp_path):
    for language in LANGUAGES:
        sizes = {name: len(specifications(name, language)) for name in registries.INTERACTIVE}
        assert sum(sizes.values()) <= SMALL_ENOUGH, sizes
    for name in registries.INTERACTIVE:
        assert specification(name, tables, "pl", tmp_path) == specifications(name, "pl")


@pytest.mark.parametrize("name", list(registries.INTERACTIVE))
def test_an_interactive_figure_of_a_study_without_runs_renders(name, tmp_path):
    assert rendered(specification(name, EMPTY, "en", tmp_path)).startswith("<svg")


def rows_of(content):
    """All rows of data in a specification, wherever they stand."""
    if isinstance(content, list):
        return [row for part in content for row in rows_of(part)]
    if not isinstance(content, dict):
        return []
    own = content["values"] if isinstance(content.get("values"), list) else []
    return [*(row for row in own if isinstance(row, dict)), *rows_of(list(content.values()))]


def test_interactive_figures_hold_the_numbers_of_the_tables(specifications):
    explorer, slider, bias = (
        rows_of(json.loads(specifications(name, "en")))
        for name in ("gradient-explorer", "radius-slider", "forget-bias")
    )
    field = next(row for row in explorer if row.get("g") == "tanh" and row.get("T") == 20 and "z" in row)
    assert field["z"][-1] == pytest.approx(math.log10(0.5), abs=0.05)
    assert (field["n"], field["u"], len(field["z"])) == (20, 100, 20 * 15)
    assert {"k": 100, "r": 0.9, "v": pytest.approx(100 * math.log10(0.9), rel=1e-2)} in slider
    assert {"b": 2, "k": 10, "v": pytest.approx((1 / (1 + math.exp(-2))) ** 10, rel=1e-2)} in bias
