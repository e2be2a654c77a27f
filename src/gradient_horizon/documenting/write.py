"""Writes the pages of the reference."""

from pathlib import Path

from gradient_horizon.documenting.claims import claims_page, verdicts_page
from gradient_horizon.documenting.commands import commands_page, messages_page
from gradient_horizon.documenting.config_keys import config_page
from gradient_horizon.documenting.measures import measures_page
from gradient_horizon.documenting.parts import cells_page, changes_page, tasks_page
from gradient_horizon.documenting.results import folders_page, tables_page
from gradient_horizon.study.files import read_yaml

PACKAGE = Path(__file__).parents[1]


def pages(project: Path) -> dict[str, str]:
    """The pages by the names of their files; `project` is the folder with config.yaml, report and workflow."""
    config, sources = project / "config.yaml", project / "report"
    remedies = read_yaml(config)["remedies"]
    return {
        "config.md": config_page(config),
        "cells.md": cells_page(remedies),
        "tasks.md": tasks_page(),
        "changes.md": changes_page(remedies),
        "results.md": folders_page(project / "Snakefile"),
        "tables.md": tables_page(),
        "measures.md": measures_page(PACKAGE, sources),
        "claims.md": claims_page(sources),
        "verdicts.md": verdicts_page(sources),
        "commands.md": commands_page(project / "Makefile"),
        "messages.md": messages_page(config),
    }


def write_reference(*, project: Path, out: Path) -> None:
    """Writes all pages of the reference into a folder, which is made."""
    out.mkdir(parents=True, exist_ok=True)
    for name, text in pages(project).items():
        (out / name).write_text(text, encoding="utf-8")
