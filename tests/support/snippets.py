"""Blocks of code in the documentation: found, and run in the order of their page.

A block with a title is a file of that name. Other blocks run: python in one namespace for the page; yaml laid over
config.yaml and checked; sh as commands, those of the project in this process. A comment in the line before a block says
what is special: `<!-- snippet: long -->` (run only where there is time), `<!-- snippet: kept -->` (keys that take the
place of those in config.yaml, for what follows), `<!-- snippet: not run: REASON -->`, and `<!-- output -->` for a block
of text with what the block before it prints.
"""

import contextlib
import doctest
import importlib
import io
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from snakemake.cli import parse_args
from tiny_study import ROOT, TINY

from gradient_horizon.pipeline.command_line import main
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

DOCS = ROOT / "docs"
WRITTEN = ("architecture.md", "load.md", "promises.md", "simulated.md")
"""Pages without anything to run, of which other tests take care."""

PAGES = sorted(
    page
    for page in DOCS.rglob("*.md")
    if not {"reference", "sample"} & set(page.relative_to(DOCS).parts) and page.name not in WRITTEN
)
BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>snippet: [^\n]*|output) -->\n)?"
    r'^```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?[^\n]*\n(?P<text>.*?)^```$',
    re.M | re.S,
)
LANGUAGES = ("python", "yaml", "sh", "csv", "text")
SMALL = TINY["defaults"] | {"lengths": [4, 5, 6]}
ENGLISH = "results/{name}/report/en/report.html"
"""What a long run makes; other tests make the rest."""

MERGED = {}
"""Results that were merged for a page, by the arguments of the command."""

ANSWER = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass
class Snippet:
    """A block of a page."""

    page: Path
    line: int
    language: str
    title: str | None
    mark: str
    text: str
    output: str | None = None

    @property
    def place(self):
        return f"{self.page.parent.name}/{self.page.name}:{self.line}"

    @property
    def is_long(self):
        return self.mark == "snippet: long"

    @property
    def is_kept(self):
        return self.mark == "snippet: kept"

    @property
    def is_run(self):
        return not self.mark.startswith("snippet: not run: ")


def snippets(page):
    """The blocks of a page, each with what it prints, if the page shows that."""
    found, text = [], page.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        mark, language = block["mark"] or "", block["language"]
        line = text.count("\n", 0, block.start()) + 1
        if mark == "output":
            found[-1].output = block["text"]
            continue
        assert language in LANGUAGES, f"{page}:{line}: {language!r} must be one of {LANGUAGES}"
        assert mark in ("", "snippet: kept", "snippet: long") or re.fullmatch("snippet: not run: .+", mark), (
            f"{page}:{line}: {mark}"
        )
        if language != "text" or mark:
            found.append(Snippet(page, line, language, block["title"], mark, block["text"]))
    return found


@dataclass
class Reader:
    """Somebody who follows a page, in a folder of their own."""

    folder: Path
    has_time: bool = False
    namespace: dict = field(default_factory=dict)

    def __post_init__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        for part in ("Snakefile", "config.yaml", "profiles", "reference", "report", "workflow", "src", "Makefile"):
            (self.folder / part).symlink_to(ROOT / part)

    def follow(self, found):
        """Runs blocks one after another; raises AssertionError with the place of the first that does not work."""
        before, path = Path.cwd(), list(sys.path)
        sys.path.insert(0, str(self.folder))
        os.chdir(self.folder)
        try:
            for snippet in found:
                if snippet.is_run and (self.has_time or not snippet.is_long):
                    self._run(snippet)
        finally:
            os.chdir(before)
            sys.path[:] = path
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None)).startswith(str(self.folder)):
                    del sys.modules[name]
            importlib.invalidate_caches()

    def _run(self, snippet):
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                getattr(self, f"_{snippet.language}")(snippet)
        except (Exception, SystemExit) as error:
            raise AssertionError(f"{snippet.place}: {type(error).__name__}: {error}\n{printed.getvalue()}") from error
        if snippet.output is not None:
            same = doctest.OutputChecker().check_output(snippet.output, printed.getvalue(), ANSWER)
            assert same, f"{snippet.place} prints\n{printed.getvalue()}"

    def _file(self, snippet):
        """A file that the page names, written anew, in place of a link to the project's own."""
        path = Path(snippet.title)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(snippet.text, encoding="utf-8")
        importlib.invalidate_caches()

    def _python(self, snippet):
        if snippet.title:
            self._file(snippet)
        else:
            file = self.folder / f"block_{snippet.line}.py"
            file.write_text(snippet.text, encoding="utf-8")
            self.namespace = runpy.run_path(str(file), self.namespace, "__main__")

    def _csv(self, snippet):
        self._file(snippet)

    def _yaml(self, snippet):
        """A whole file, or a part of config.yaml: keys, or experiments."""
        if snippet.title:
            self._file(snippet)
            files = (
                [Path("config.yaml")] if snippet.title == "config.yaml" else [Path("config.yaml"), Path(snippet.title)]
            )
            if Path(snippet.title).name != "profile.yaml":  # which is Snakemake's
                validated_study(read_yaml(*files), files)
            return
        given = yaml.safe_load(snippet.text)
        if isinstance(given, list):
            given = {"experiments": given}
        config = read_yaml(Path("config.yaml")) if snippet.is_kept else {}
        Path("part.yaml").write_text(yaml.safe_dump(config | given), encoding="utf-8")
        validated_study(read_yaml(Path("config.yaml"), Path("part.yaml")))
        if snippet.is_kept:
            Path("part.yaml").replace("config.yaml")

    def _sh(self, snippet):
        for line in re.sub(r"\\\n *", " ", snippet.text).splitlines():
            command = shlex.split(line, comments=True)
            if command:
                self._command(command, snippet.is_long)

    def _command(self, command, is_long):
        program, *arguments = command
        program = program.removeprefix(".venv/bin/")
        if program in ("python", "python3") and arguments[:2] == ["-m", "gradient_horizon"]:
            main(arguments[2:])
        elif program == "gradient_horizon":
            _step(arguments)
        elif program == "snakemake":
            self._snakemake(arguments, is_long)
        elif program == "make":
            targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
            assert arguments[0] in targets, f"there is no target {arguments[0]!r} of make"
        elif program == "cd":
            os.chdir(arguments[0])
            sys.path.insert(0, str(Path.cwd()))
        elif program in ("cp", "mv", "mkdir", "cat", "ls"):
            subprocess.run([program, *arguments], check=True)
        else:
            raise ValueError(f"no test knows how to run {program!r}")

    def _snakemake(self, arguments, is_long):
        """Its options have to be Snakemake's, its files there; a long one is run, on networks as small as `SMALL`."""
        parse_args(arguments)
        for file in (each for each in arguments if each.endswith(".yaml")):
            assert Path(file).is_file(), f"there is no {file}"
        if is_long:
            config = read_yaml(Path("config.yaml"))
            Path("config.yaml").write_text(yaml.safe_dump(config | {"defaults": config["defaults"] | SMALL}))
            command = [sys.executable, "-m", "snakemake", *arguments, "--", ENGLISH.format(**config)]
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
            ran = subprocess.run(command, env=environment, capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr[-3000:]


def _step(arguments):
    """A step of the command line; what takes long to merge is merged once, and copied for the next page."""
    if arguments[0] != "merge":
        main(arguments)
        return
    out = Path(arguments[arguments.index("--out") + 1])
    if tuple(arguments) not in MERGED:
        MERGED[tuple(arguments)] = Path(tempfile.mkdtemp()) / out.name
        main([*arguments[:-1], str(MERGED[tuple(arguments)])])
    shutil.copytree(MERGED[tuple(arguments)], out)
