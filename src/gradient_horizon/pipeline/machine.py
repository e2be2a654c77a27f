"""What a study needs of a machine, looked at thing by thing, with what to do where it is lacking."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, NamedTuple

from gradient_horizon.folders import ADVICE, obstacle
from gradient_horizon.pipeline.places import RESULTS, STORE
from gradient_horizon.registries import PACKAGE
from gradient_horizon.store.renaming import fault_of_renaming

OLDEST = (3, 11)
STANDARD = Path("requirements.lock")
GIGABYTE = 1e9
SPARE_DISK = 0.3
"""Gigabytes beside runs: for tables, figures and reports, and for states of training under way."""

LITTLE_DISK, NO_DISK = 2.0, 0.2
"""Gigabytes below which a study of the size of the default one may, or will, not fit."""

LITTLE_MEMORY, NO_MEMORY = 3.0, 1.0
FEATURES = ("avx512f", "avx2", "fma")
SECONDS = 60


class Line(NamedTuple):
    """What was looked at, and what was found, with what to do unless it is well."""

    level: Literal["ok", "warn", "fail"]
    what: str
    found: str


def examined() -> Iterator[Line]:
    """A line for each thing that a study needs."""
    yield _python()
    yield from _packages()
    yield _figures()
    yield _typesetting()
    yield _cores()
    yield _processor()
    yield _memory()
    yield from _disks()
    yield from map(_folder, (STORE, RESULTS))
    yield _git()


def available_memory() -> float | None:
    """Gigabytes that can be had without swapping; None: this system does not say."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    except OSError:
        return None
    limit = Path("/sys/fs/cgroup/memory.max")
    allowed = limit.read_text(encoding="ascii").strip() if limit.is_file() else "max"
    free = int(found[1]) * 1000 / GIGABYTE if found else None
    return min(free, int(allowed) / GIGABYTE) if free and allowed.isdigit() else free


def free_disk(folder: Path) -> float:
    """Gigabytes that may be written in a folder, which need not exist yet."""
    return shutil.disk_usage(_nearest(folder)).free / GIGABYTE


def free_files(folder: Path) -> int | None:
    """How many files may be made in a folder, which need not exist yet; None: the file system sets no limit."""
    state = os.statvfs(_nearest(folder))
    return state.f_favail if state.f_files else None


def _nearest(folder: Path) -> Path:
    """The folder itself or, where it is not there yet, the one around it that is."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())


def _python() -> Line:
    found, oldest = platform.python_version(), ".".join(map(str, OLDEST))
    if sys.version_info < OLDEST:
        return Line("fail", "Python", f"{found}; install {oldest} or newer, and make .venv again with it")
    return Line("ok", "Python", f"{found} ({sys.executable})")


def _packages() -> Iterator[Line]:
    """The packages of the project: there, within their bounds, and at the versions that the tests ran with."""
    try:
        wanted = _requirements()
    except PackageNotFoundError:
        yield Line("fail", "packages", "gradient-horizon is not installed; run `make setup`, or see README")
        return
    names = [_name(each) for each in wanted]
    missing = [name for name in names if installed(name) is None]
    outside = [each for each in wanted if _is_outside(each)]
    if missing or outside:
        found = [*(f"{name} is missing" for name in missing)]
        found += [f"{each} is asked for, {installed(_name(each))} is there" for each in outside]
        yield Line("fail", "packages", f"{'; '.join(found)}; run `make setup`, or see README")
        return
    at = locked()
    others = [f"{name} {installed(name)} (locked {at[name]})" for name in names if _differs(name, at)]
    if others:
        said = f"{', '.join(others)}: fine, but results may differ in the last digits; `make setup` installs these"
        yield Line("warn", "packages", said)
    else:
        yield Line("ok", "packages", f"{len(names)}{', all at their locked versions' if at else ''}")


def _differs(name: str, at: dict[str, str]) -> bool:
    there = installed(name)
    return name in at and there is not None and there.partition("+")[0] != at[name]


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]


def _requirements() -> list[str]:
    return [each for each in requires("gradient-horizon") or () if "extra ==" not in each]


def installed(name: str) -> str | None:
    """The version of a package; None: it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _is_outside(requirement: str) -> bool:
    """Whether another version is there than a requirement allows."""
    there = installed(_name(requirement))
    bounds = re.findall(r"(<=|>=|==|<|>)\s*([\d.]+)", requirement.partition(";")[0])
    return there is not None and not all(_holds(_numbers(there), sign, _numbers(bound)) for sign, bound in bounds)


def _holds(there: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool:
    width = max(len(there), len(bound))
    one, other = (each + (0,) * (width - len(each)) for each in (there, bound))
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "==": one == other}[sign]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.partition("+")[0]))


def locked(file: Path = STANDARD) -> dict[str, str]:
    """The versions of a list such as requirements.lock, where there is one in this folder."""
    if not file.is_file():
        return {}
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", file.read_text(encoding="utf-8"), re.MULTILINE))


def _figures() -> Line:
    """Matplotlib draws in a process of its own, as jobs do, whatever backend a notebook passes on."""
    code = (
        "import io, matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as p; p.plot([1, 2]); "
        "p.title('ąż'); p.savefig(io.BytesIO(), format='svg'); print(matplotlib.__version__)"
    )
    return _tried("Matplotlib", code, "reinstall it: `make setup`")


def _typesetting() -> Line:
    code = (
        f"import tempfile, pathlib; from {PACKAGE}.reporting.webfont import font_folder; "
        f"from {PACKAGE}.reporting import typesetting; import typst; "
        "assert all((font_folder() / font).is_file() for font in typesetting.OF_FIGURES); "
        "folder = pathlib.Path(tempfile.mkdtemp()); "
        "(folder / 'main.typ').write_text('#set document(title: \"a\", date: none)\\nąż $W^t$', encoding='utf-8'); "
        "assert typesetting._compile(folder, 'en', 'svg'); print(typst.__version__, 'with its fonts')"
    )
    return _tried("Typst and fonts", code, "reinstall typst and matplotlib: `make setup`")


def _tried(what: str, code: str, advice: str) -> Line:
    """What a process of its own prints that runs this."""
    environment = {**os.environ, "MPLBACKEND": "agg"}
    try:
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Line("fail", what, f"{error}; {advice}")
    if done.returncode:
        return Line("fail", what, f"{(done.stderr.strip() or 'no word').splitlines()[-1]}; {advice}")
    return Line("ok", what, done.stdout.strip())


def _cores() -> Line:
    there = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    if usable < 2:
        return Line("warn", "cores", "1: the default study takes about an hour; use `--cores 1`")
    return Line("ok", "cores", f"{usable}: use `--cores {usable}`")


def _processor() -> Line:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    flags = set((re.search(r"^flags\s*:\s*(.*)$", text, re.MULTILINE) or ["", ""])[1].split())
    found = [name for name in FEATURES if name in flags]
    if platform.machine() not in ("x86_64", "AMD64"):
        said = f"{platform.machine()}: runs, but gives other bits than the x86-64 of docs/promises.md"
        return Line("warn", "processor", said)
    if "avx2" not in found:
        return Line("warn", "processor", "x86-64 without AVX2, or nothing said of it: the same bits, some times slower")
    return Line("ok", "processor", f"{platform.machine()} with {', '.join(found)}")


def _memory() -> Line:
    found = available_memory()
    if found is None:
        return Line("warn", "memory", "this system does not say how much is free; a job takes about 0.5 GB")
    level: Literal["ok", "warn", "fail"] = "fail" if found < NO_MEMORY else "warn" if found < LITTLE_MEMORY else "ok"
    advice = "" if level == "ok" else "; a job takes about 0.5 GB: close other programs, or use fewer cores"
    return Line(level, "memory", f"{found:.1f} GB can be had{advice}")


def _disks() -> Iterator[Line]:
    """A line for each disk that is written to: store/ and results/ may be links, or mounts."""
    folders: dict[int, Path] = {}
    for folder in (Path(), STORE, RESULTS):
        folders.setdefault(_nearest(folder).stat().st_dev, folder)
    yield from map(_disk, folders.values())


def _disk(folder: Path) -> Line:
    what = "disk" if folder == Path() else f"disk of {folder}/"
    found = free_disk(folder)
    level: Literal["ok", "warn", "fail"] = "fail" if found < NO_DISK else "warn" if found < LITTLE_DISK else "ok"
    advice = "" if level == "ok" else f"; the default study takes about 1 GB: make room, or `python -m {PACKAGE} store`"
    return Line(level, what, f"{found:.1f} GB free in {_nearest(folder).resolve()}{advice}")


def _folder(folder: Path) -> Line:
    """Whether files can be written there and replaced in one step, so that nothing half-written is ever met."""
    if what := obstacle(folder):
        return Line("fail", f"{folder}/", f"must be a folder, got {what}; {ADVICE}")
    there = folder if folder.is_dir() else Path()
    try:
        with tempfile.TemporaryDirectory(dir=there, prefix=".doctor-") as name:
            fault = fault_of_renaming(Path(name))
    except OSError as error:
        return Line("fail", f"{folder}/", f"{error}; it must be a folder that you may write in")
    if fault:
        said = f"a file was replaced again and again, and {fault}; use a folder, or a link to one, on another disk"
        return Line("fail", f"{folder}/", said)
    return Line("ok", f"{folder}/", "files can be written and renamed" + ("" if folder.is_dir() else ", not there yet"))


def _git() -> Line:
    if shutil.which("git") is None:
        return Line("warn", "git", "not installed: studies run, and the report says that its commit is unknown")
    done = subprocess.run(["git", "--version"], capture_output=True, text=True, check=False)
    return Line("ok", "git", done.stdout.strip().removeprefix("git version "))
