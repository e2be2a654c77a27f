"""Nothing that is read can run code, and no name of a configuration leaves results/ or reaches a shell unquoted."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

ROOT = Path(__file__).parents[1]
RULES = [ROOT / "Snakefile", *sorted((ROOT / "workflow" / "rules").glob("*.smk"))]
DANGERS = "S102,S301,S302,S307,S506,S602,S604,S605,TID251"


def ruff(*arguments, source=None):
    """What ruff says of dangers, with the configuration of this project, whatever a comment excuses."""
    command = [sys.executable, "-m", "ruff", "check", "--ignore-noqa", "--select", DANGERS, "--output-format", "json"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, input=source, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return [(each["filename"], each["code"]) for each in json.loads(done.stdout)]


def test_no_python_runs_what_it_reads():
    assert ruff("src", "tests", "benchmarks") == []


def test_lint_looks_for_every_danger():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert set(DANGERS.split(",")) <= set(settings["select"])


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("import pickle", "TID251"),
        ("from joblib import load\nload(path)", "TID251"),
        ("from torch import load as read\nread(path)", "TID251"),
        ("import numpy as np\nnp.load(path, allow_pickle=True)", "TID251"),
        ("import os\nos.system(text)", "TID251"),
        ("import yaml\nyaml.load(text, Loader=yaml.FullLoader)", "S506"),
        ("eval(text)", "S307"),
        ("exec(text)", "S102"),
        ("import subprocess\nsubprocess.run(text, shell=True)", "S602"),
    ],
)
def test_a_danger_is_found(source, code):
    assert code in {found for _, found in ruff("--stdin-filename", "src/example.py", "-", source=source)}


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_no_rule_runs_python_or_passes_anything_unquoted(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(run|script|notebook|wrapper):", text, flags=re.MULTILINE)
    for command in re.findall(r'shell:\s+"(.*)"', text):
        for name, quoted in re.findall(r"{(params\.\w+)(:q)?}", command):
            assert quoted, name
        assert set(re.findall(r"{(\w+)", command)) <= {"params", "input", "output", "log", "wildcards"}


def test_wildcards_hold_nothing_that_a_shell_would_read():
    text = (ROOT / "Snakefile").read_text(encoding="utf-8")
    block = re.search(r"wildcard_constraints:\n((?:    .*\n)+)", text)[1]
    patterns = dict(re.findall(r'(\w+)="(.*)",', block))
    assert patterns.keys() >= {"batch", "language"}
    for pattern in patterns.values():
        for text in ("../up", "a/b", "a b", "$(x)", "`x`", "a;b", "a'b", 'a"b', "a&b", "a|b", "\n", "only/../"):
            assert not re.fullmatch(pattern, text), (pattern, text)


def smoke():
    return json.loads(json.dumps(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml")))


@pytest.mark.parametrize("name", ["../up", "/tmp/x", "a/b", "..", ".", "a b", "$(x)", "a;b", "-rf", "a\nb", "A", ""])
@pytest.mark.parametrize("key", ["experiment", "remedy"])
def test_a_name_that_could_leave_its_folder_is_refused(key, name):
    config = smoke()
    if key == "experiment":
        config["experiments"][0]["name"] = name
    else:
        config["remedies"][name] = []
    with pytest.raises(ConfigError):
        validated_study(config)


def test_a_user_s_own_class_gives_a_plain_file_name(tmp_path, monkeypatch):
    (tmp_path / "my_cell.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    config = smoke()
    config["experiments"][0]["cells"] = ["my_cell:Cell"]
    spec = expand(validated_study(config))[0]
    assert spec.id.startswith("recall-32_recall_my-cell-Cell_none_")


@pytest.mark.slow
@pytest.mark.parametrize("named", [True, False])
def test_a_module_is_imported_only_where_the_configuration_names_it(tmp_path, named):
    (tmp_path / "my_task.py").write_text(
        "from pathlib import Path\nfrom gradient_horizon.tasks.recall import Recall\n"
        "Path(__file__).with_name('imported').touch()\nclass Mine(Recall):\n    pass\n"
    )
    config = smoke()
    config["experiments"][0]["task"] = "my_task:Mine" if named else "recall"
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "gradient_horizon", "plan", "config.yaml"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "imported").exists() == named


@pytest.mark.slow
def test_no_word_of_a_configuration_is_read_by_the_shell(tmp_path):
    for part in ("Snakefile", "config.yaml", "profiles", "report", "workflow", "src"):
        (tmp_path / part).symlink_to(ROOT / part)
    title = "'; touch title; ' \" $(touch title) `touch title` {config} %s \\"
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump({"title": title}))
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "1", "--configfile", "config.yaml", "overlay.yaml"]
    target = "results/overlay/plan/study.json"
    done = subprocess.run([*snakemake, "--", target], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads((tmp_path / target).read_text())["title"] == title
    assert not (tmp_path / "title").exists()


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "benchmarks/requirements.lock", "docs/requirements.lock", "requirements.slurm.lock"]
)
def test_a_lock_pins_every_package_to_a_version_and_its_files_to_their_checksums(lock):
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / lock).read_text(encoding="utf-8"))
    package = r"[A-Za-z0-9_.-]+(\[[a-z-]+\])?==[0-9][A-Za-z0-9.]*( \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert re.fullmatch(f"({package})+", text)


def test_pytorch_is_pinned_to_a_version_and_packages_of_node_to_their_checksums():
    (line,) = re.findall(r"(?m)^[^#\n]+$", (ROOT / "requirements.torch.lock").read_text(encoding="utf-8"))
    assert re.fullmatch(r"torch==[0-9.]+", line)
    packages = json.loads((ROOT / "tests/reporting/browser/package-lock.json").read_text(encoding="utf-8"))["packages"]
    named = json.loads((ROOT / "tests/reporting/browser/package.json").read_text(encoding="utf-8"))["dependencies"]
    pinned = {name.removeprefix("node_modules/"): each for name, each in packages.items() if name}
    assert {name: each["version"] for name, each in pinned.items()} == named
    assert all(each["integrity"].startswith("sha512-") for each in pinned.values())
