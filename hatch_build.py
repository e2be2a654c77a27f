"""Puts what the pipeline needs beside the code into the wheel; an editable installation reads it in the checkout."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = ("Snakefile", "config.yaml", "profiles", "report", "workflow")


class Project(BuildHookInterface):
    """The project's files, at gradient_horizon/project in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds them to a wheel that is to be copied to where it is installed."""
        if version == "standard":
            build_data["force_include"] |= {part: f"gradient_horizon/project/{part}" for part in PARTS}
