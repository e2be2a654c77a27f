"""The profiles of the project for clusters, to be adapted in the folder of a study."""

import shutil
import sys
from pathlib import Path

from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.commands.preset import purpose
from gradient_horizon.pipeline.places import DEFAULT_PROFILE, PROFILES

FILE = "profile.yaml"


def copy_profile(*, name: str | None) -> None:
    """Copies a profile to profiles/NAME of the current folder; without a name, lists them with what they are for.

    Exits with 2 for a name that no profile has, and where that folder is there already.
    """
    profiles = {each.name: each for each in sorted(PROFILES.iterdir()) if each != DEFAULT_PROFILE}
    if name is None:
        width = max(map(len, profiles))
        sys.stdout.writelines(f"{each:{width}}  {purpose(folder / FILE)}\n" for each, folder in profiles.items())
        return
    if name not in profiles:
        refuse(f"the profile must be one of {', '.join(profiles)}, got {name!r}")
    copy = Path(PROFILES.name) / name
    if copy.exists() or copy.is_symlink():
        refuse(f"the folder of a profile must be new, got {copy}, which exists")
    try:
        shutil.copytree(profiles[name], copy)
    except OSError as error:
        refuse(f"{copy} must be where files can be written: {error.strerror}")
    print(f"{copy / FILE} is yours to adapt; then `snakemake --profile {copy}`")
