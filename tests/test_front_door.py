"""What newcomers read and use first: the page on architecture, CONTRIBUTING, hooks before a commit, metadata."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
import trove_classifiers
import yaml
from packaging.specifiers import SpecifierSet

import gradient_horizon
from gradient_horizon.pipeline.places import STORE

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
    rules = re.sub(r"\{\{?part\}?\}", "STUDY/", rules)
    for folder in re.findall(r"results/STUDY/(\w+)/", picture):
        assert f"results/STUDY/{folder}/" in rules, folder
    assert re.findall(r"(store)/runs/", picture) == [STORE.name]


MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.M))
    text = page.read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^make .*$", text, re.M)
    named = {words[1] for words in map(str.split, code) if words[0] == "make" and len(words) > 1}
    assert named <= targets, named - targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_exists(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("https://", "reference/")):  # tests/documenting looks after what is generated
            assert (page.parent / target).exists(), target


def test_every_target_of_make_is_phony_or_a_file_and_is_explained():
    phony = set(MAKEFILE.split(".PHONY:")[1].replace("\\\n", " ").split("\n")[0].split())
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.M))
    assert phony == targets
    assert set(re.findall(r"^([a-z][a-z-]*):.*## \w", MAKEFILE, re.M)) == targets


def test_hooks_before_a_commit_run_what_make_lint_runs():
    recipe = re.search(r"^lint:.*\n((?:\t.+\n)+)", MAKEFILE, re.M)[1]
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()]
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert local["repo"] == "local"
    assert [hook["entry"] for hook in local["hooks"]] == commands
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in local["hooks"])


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_classifiers_are_known_and_say_what_the_package_requires():
    kinds = PROJECT["classifiers"]
    assert kinds == sorted(set(kinds))
    assert set(kinds) <= trove_classifiers.classifiers
    assert ("Typing :: Typed" in kinds) == (PACKAGE / "py.typed").exists()
    versions = re.findall(r"^Programming Language :: Python :: (3\.\d+)$", "\n".join(kinds), re.M)
    required = SpecifierSet(PROJECT["requires-python"])
    assert versions
    assert all(version in required for version in versions)
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in versions


def test_the_citation_agrees_with_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == gradient_horizon.__version__
    assert citation["license"] == PROJECT["license"]
    assert citation["repository-code"] == PROJECT["urls"]["Repository"]
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in PROJECT["authors"]]


def test_every_test_file_that_the_promises_name_exists():
    named = set(re.findall(r"`(test_\w+\.py)`", (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")))
    assert len(named) > 15
    assert named <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_every_test_that_the_promises_name_exists():
    promises = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"`(test_\w+)`", promises):
        assert f"def {name}(" in tests, name
