"""The image of a container in which Snakemake runs jobs, where it is asked to."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.beside_study import CONTAINER, taken_out
from gradient_horizon.pipeline.environment import versions

METHOD = "--software-deployment-method apptainer"
SCRIPT = "import json; from gradient_horizon.pipeline.environment import versions; print(json.dumps(versions()))"


def container_image(config: dict[str, Any], workflow: Any, files: Sequence[Path] = ()) -> str | None:
    """Takes the image out of what Snakemake was given beside the study; None: jobs run without a container.

    `files` describe the study, to which the image does not belong. Raises ConfigError, also where Snakemake would not
    use the image, or is asked to use one and is given none.
    """
    image = taken_out(CONTAINER, config, files)
    used = DeploymentMethod.APPTAINER in workflow.deployment_settings.deployment_method
    if image is None and not used:
        return None
    if not used:
        raise ConfigError([f"{CONTAINER}: must be given together with {METHOD}, got {image!r} alone"])
    if not isinstance(image, str) or not ("://" in image or Path(image).is_file()):
        example = f"an image for {METHOD}, such as {CONTAINER}=gradient-horizon.sif"
        given = "none" if image is None else repr(image)
        missing = ", and there is no such file" if isinstance(image, str) else ""
        raise ConfigError([f"{CONTAINER}: must be {example}, got {given}{missing}"])
    return image


def require_same_image(image: str, arguments: str) -> None:
    """Raises WorkflowError unless jobs in a container have the versions and the code that the study is planned with.

    `arguments`: those for apptainer that Snakemake was given.
    """
    program = shutil.which("apptainer") or "singularity"
    inside = ["--home", str(Path.cwd()), *shlex.split(arguments), image, "python", "-c", SCRIPT]
    done = subprocess.run([program, "exec", *inside], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        raise WorkflowError(f"{CONTAINER}: {image} must have this version of gradient_horizon, got: {last}")
    here, there = versions(), json.loads(done.stdout.splitlines()[-1])
    if other := [
        f"{name} {there.get(name)} in it, {here[name]} here" for name in here if there.get(name) != here[name]
    ]:
        raise WorkflowError(f"{CONTAINER}: {image} must be made of what is installed here, got {'; '.join(other)}")
