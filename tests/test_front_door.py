"""What a newcomer reads first: the page on architecture, CONTRIBUTING, metadata of the package, hooks before a commit."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gradient_horizon"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def architecture_constant(name):
    """The value of a constant of tests/test_architecture.py."""
    for node in ast.parse((ROOT / "tests" / "test_architecture.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"tests/test_architecture.py must define {name}")


def test_the_page_on_architecture_has_the_folders_in_their_order():
    assert tuple(re.findall(r"^### `(\w+)`$", ARCHITECTURE, re.M)) == architecture_constant("FOLDERS")


def test_the_page_on_architecture_has_the_modules_of_the_ground_floor_in_their_order():
    ground = ARCHITECTURE.split("### The ground floor")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^- `(\w+)`: ", ground, re.M)) == architecture_constant("GROUND")


@pytest.mark.parametrize("folder", architecture_constant("FOLDERS"))
def test_the_page_on_architecture_quotes_the_purpose_of_a_folder(folder):
    purpose = ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text(encoding="utf-8")))
    section = ARCHITECTURE.split(f"### `{folder}`\n\n")[1]
    quoted, explanation = section.split("\n\n")[:2]
    assert quoted == f"> {' '.join(purpose.split())}"
    assert explanation
    assert not explanation.startswith("#")


def test_the_picture_of_the_flow_names_steps_in_their_order_and_folders_of_results():
    (picture,) = re.findall(r"```text\n(.*?)```", ARCHITECTURE, re.S)
    folders = architecture_constant("FOLDERS")
    steps = re.findall(r"^ +\|  (\w+) ", picture, re.M)
    assert steps == [folder for folder in folders if folder in steps]
    rules = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "workflow" / "rules").glob("*.smk"))
    rules += (PACKAGE / "pipeline" / "workflow.py").read_text(encoding="utf-8")
    rules = re.sub(r"\{\{?part\}?\}", "", rules)
    for folder in re.findall(r"results/(\w+)/", picture):
        assert f"results/{folder}/" in rules, folder
