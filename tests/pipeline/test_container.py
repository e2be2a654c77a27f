"""The image of the project: what it is made of; and jobs in a container, with a stand-in for apptainer."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import pytest
from elsewhere import copy_package
from grid_engine import put_command
from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod
from tiny_study import ROOT, copy_project, snakemake

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.container import METHOD, container_image, require_same_image
from gradient_horizon.pipeline.environment import CODE, versions

RECIPE = (ROOT / "Containerfile").read_text(encoding="utf-8")
LOCKS = ("requirements.lock", "requirements.torch.lock")
USED = SimpleNamespace(deployment_settings=SimpleNamespace(deployment_method={DeploymentMethod.APPTAINER}))
UNUSED = SimpleNamespace(deployment_settings=SimpleNamespace(deployment_method=set()))
APPTAINER = """
[ "$1" = --version ] && { echo "apptainer version 1.3.4"; exit; }
echo "$*" >> "$(dirname "$0")/asked"
[ "$1 $2" = "exec --home" ] || exit 2
export HOME="$3" PATH=IMAGE:/usr/bin:/bin PYTHONPATH=SOURCES
shift 3
while [ "${1#--}" != "$1" ]; do shift 2; done
shift
exec "$@"
"""
"""Does without a container what it is asked to, with the home that it is given and the PATH of an image."""


def copied():
    """What the recipe copies into the image, by lines."""
    return {name for words in re.findall(r"(?m)^COPY (?!--from)(.*)$", RECIPE) for name in words.split()[:-1]}


def test_the_image_is_made_of_all_that_the_wheel_is_made_of_and_of_the_locks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = re.search(r"(?m)^PARTS = \((.*)\)$", (ROOT / "hatch_build.py").read_text(encoding="utf-8"))[1]
    needed = {*re.findall(r'"([^"]+)"', parts), "hatch_build.py", "pyproject.toml", "src", "LICENSE", *LOCKS}
    assert copied() == needed | {project["project"]["readme"]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied()
    assert [line for line in ignored if not line.startswith(("!", "#"))] == ["*", "**/__pycache__"]


def test_the_image_has_what_the_locks_name_and_nothing_else():
    pips = re.findall(r"/pip/bin/pip (?:--python \S+ )?(.*)", RECIPE)
    from_locks = [f"--no-deps --require-hashes --requirement {LOCKS[0]}", f"--no-deps --requirement {LOCKS[1]}"]
    assert len(pips) == 5
    assert [each for each in pips if not any(way in each for way in ("--no-index", *from_locks))] == []
    assert not re.search(r"[a-z]==\d", RECIPE)


def test_the_image_says_which_version_it_is_of():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', RECIPE)) == {
        "title": project["name"],
        "description": project["description"],
        "source": project["urls"]["Homepage"],
        "version": project["version"],
        "licenses": project["license"],
    }


def test_the_recipe_names_no_host_but_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = RECIPE.replace(project["urls"]["Homepage"], "")
    assert "://" not in text
    assert re.findall(r"(?m)^FROM (\S+)", text) == ["debian:bookworm-slim", "base", "base"]
    assert re.findall(r"(?m)^(USER|WORKDIR) (\S+)", text)[-2:] == [("USER", "study"), ("WORKDIR", "/study")]


def test_the_image_is_taken_out_of_the_configuration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.sif").touch()
    for given in ("mine.sif", "docker://registry/gradient-horizon"):
        config = {"container": given, "title": "a study"}
        assert container_image(config, USED) == given
        assert config == {"title": "a study"}
    assert container_image({"title": "a study"}, UNUSED) is None


@pytest.mark.parametrize(
    ("config", "workflow", "said"),
    [
        ({"container": "mine.sif"}, UNUSED, f"must be given together with {METHOD}, got 'mine.sif' alone"),
        ({}, USED, f"must be an image for {METHOD}, such as container=gradient-horizon.sif, got none"),
        (
            {"container": "a.sif"},
            USED,
            f"must be an image for {METHOD}, such as container=gradient-horizon.sif, got 'a.sif', and there is "
            "no such file",
        ),
        ({"container": 5}, USED, f"must be an image for {METHOD}, such as container=gradient-horizon.sif, got 5"),
    ],
)
def test_an_image_that_would_not_be_used_is_refused(config, workflow, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=re.escape(f"container: {said}")):
        container_image(config, workflow)


def test_the_image_has_no_place_in_a_file_of_the_study(tmp_path):
    (tmp_path / "mine.yaml").write_text("container: mine.sif\n")
    with pytest.raises(ConfigError, match="container: must not stand in a file of the study"):
        container_image({}, UNUSED, [tmp_path / "mine.yaml"])


@pytest.fixture
def apptainer(tmp_path, monkeypatch):
    """A stand-in for apptainer, whose image has the package from the folder that it is called with."""

    def of(sources):
        image = tmp_path / "image"
        image.mkdir()
        (image / "python").write_text(f'#!/bin/sh\necho "$@" >> {image}/called\nexec {sys.executable} "$@"\n')
        (image / "python").chmod(0o755)
        text = APPTAINER.replace("IMAGE", str(image)).replace("SOURCES", str(sources))
        put_command(tmp_path / "bin", "apptainer", text)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
        return image

    return of


def test_an_image_with_this_code_and_these_libraries_will_do(apptainer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    apptainer(ROOT / "src")
    require_same_image("mine.sif", "--bind /scratch")
    (asked,) = (tmp_path / "bin" / "asked").read_text().splitlines()
    assert asked.startswith(f"exec --home {tmp_path} --bind /scratch mine.sif python -c ")


def test_an_image_with_other_code_is_refused_with_what_differs(apptainer, tmp_path):
    package = copy_package(tmp_path / "other")
    with (package / "measuring" / "measure.py").open("a") as file:
        file.write("\nLATER = 1\n")
    apptainer(package.parent)
    with pytest.raises(WorkflowError) as error:
        require_same_image("mine.sif", "")
    here = versions()[CODE]
    assert re.fullmatch(
        f"container: mine.sif must be made of what is installed here, got {CODE} [0-9a-f]{{12}} in it, {here} here",
        str(error.value),
    )


@pytest.mark.parametrize("name", ["Python", "scipy", "pandas", "scikit-learn"])
def test_an_image_that_every_job_would_refuse_is_refused_before_the_first(apptainer, tmp_path, name):
    here = versions()
    put_command(apptainer(ROOT / "src"), "python", f"echo '{json.dumps({**here, name: '0.1'})}'\n")
    with pytest.raises(WorkflowError) as error:
        require_same_image("mine.sif", "")
    assert str(error.value).endswith(f"made of what is installed here, got {name} 0.1 in it, {here[name]} here")


def test_an_image_without_the_package_is_refused(apptainer, tmp_path):
    apptainer(tmp_path)
    put_command(tmp_path / "image", "python", "echo 'No module named gradient_horizon' >&2; exit 1\n")
    with pytest.raises(
        WorkflowError, match=r"mine\.sif must have this version of gradient_horizon, got: No module named"
    ):
        require_same_image("mine.sif", "")


@pytest.mark.slow
def test_jobs_run_in_the_container_with_its_python(apptainer, tmp_path):
    image = apptainer(ROOT / "src")
    project = copy_project(tmp_path / "project")
    (project / "gradient-horizon.sif").touch()
    options = (
        "--software-deployment-method",
        "apptainer",
        "--config",
        "container=gradient-horizon.sif",
        "--cores",
        "2",
    )
    done = snakemake(project, *options, "--", "results/tiny/plan/study.json")
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "bin" / "asked").read_text().splitlines()
    checked, job = asked
    assert checked.startswith(f"exec --home {project} gradient-horizon.sif python -c ")
    assert re.match(
        rf"exec --home {project} .*gradient-horizon\.sif bash -c .*python -m gradient_horizon list-runs ", job
    )
    assert "-m gradient_horizon list-runs " in (image / "called").read_text()


def podman(*arguments):
    return subprocess.run(["podman", *map(str, arguments)], capture_output=True, text=True)


@pytest.mark.long
def test_the_image_is_built_and_makes_the_tables_that_are_made_here(tmp_path):
    """What pip and podman need on this machine (volumes, a runtime) has to stand in podman's containers.conf."""
    base = "debian:bookworm-slim"
    if not shutil.which("podman") or podman("run", "--rm", "--pull=never", base, "true").returncode:
        pytest.skip(f"podman must be there, and able to run {base}, which must be there too")
    built = podman("build", "--file", ROOT / "Containerfile", "--tag", "gradient-horizon-test", ROOT)
    assert built.returncode == 0, (built.stdout + built.stderr)[-3000:]
    here, there = (copy_project(tmp_path / name) for name in ("here", "there"))
    target = ("--cores", "2", "--configfile", "config.yaml", "tiny.yaml", "--", "results/tiny/tables/horizons.csv")
    mounted = ("--rm", "--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{there}:/study")
    run = podman("run", *mounted, "gradient-horizon-test", "snakemake", *target)
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]
    assert snakemake(here, *target[:2], *target[-2:]).returncode == 0
    tables = sorted((here / target[-1]).parent.glob("*.csv"))
    assert len(tables) > 10
    assert [each.name for each in tables if each.read_bytes() != (there / each.relative_to(here)).read_bytes()] == []
