import re
from pathlib import Path

import pytest
from hand_made_tables import EMPTY

from gradient_horizon import registries
from gradient_horizon.errors import TableError
from gradient_horizon.storage import writing
from gradient_horizon.tables import catalogue
from gradient_horizon.tables.catalogue import FROM_NETWORKS, FROM_RUNS, FROM_TABLES, TABLES, StoredTables


def test_a_schema_has_the_name_under_which_its_table_is_registered():
    assert [schema.name for schema in TABLES.values()] == list(registries.TABLES)


def test_no_table_is_defined_without_being_registered():
    folder = Path(catalogue.__file__).parent
    defined = {
        f"gradient_horizon.tables.{file.stem}:{name}"
        for file in folder.glob("*.py")
        for name in re.findall(r"^([A-Z_]+) = Table\(", file.read_text(), re.MULTILINE)
    }
    assert defined == set(registries.TABLES.values())


def test_every_table_has_one_source_but_those_of_a_job_of_their_own():
    made = [name for source in (FROM_RUNS, FROM_TABLES, FROM_NETWORKS) for name in source]
    assert len(made) == len(set(made))
    assert TABLES.keys() - set(made) == {"powers", "equality"}


@pytest.mark.parametrize("name", FROM_TABLES)
def test_a_table_is_derived_from_those_before_it_in_the_registry(name):
    names = list(registries.TABLES)
    earlier = {other: EMPTY[other] for other in names[: names.index(name)]}
    assert TABLES[name].frame(FROM_TABLES[name](earlier)).columns.tolist() == [c.name for c in TABLES[name].columns]


def test_stored_tables_are_read_once_and_checked(tmp_path):
    TABLES["baselines"].save(EMPTY["baselines"], tmp_path)
    stored = StoredTables(tmp_path)
    assert (list(stored), len(stored)) == (list(TABLES), 24)
    assert stored["baselines"] is stored["baselines"]
    with writing(tmp_path / "powers.parquet") as file:
        file.write((tmp_path / "baselines.parquet").read_bytes())
    with pytest.raises(TableError, match="must have columns"):
        stored["powers"]
