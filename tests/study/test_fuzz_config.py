"""Mutated configurations: each is accepted and plans, or is refused with one readable message naming the key."""

import copy
import datetime
import functools
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gradient_horizon.errors import ConfigError
from gradient_horizon.store.keys import keys_of
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"
SMOKE = ROOT / "workflow" / "presets" / "smoke.yaml"
TRIED: Counter[str] = Counter()
LONGEST_LINE = 1000
PLANNED_AT_MOST = 100

NAMES = ["", " ", "none", "clipped", "tanh", "lstm ", "LSTM", "ls tm", "../up", "/etc/passwd", "a/b", ".", "..", "~"]
SHELL = ["$(touch x)", "`id`", "; exit 1", "'", '"', "a b", "{run}", "{{", "%s", "\\", "--help", "*", "a\nb", "\x00"]
UNICODE = ["ёжик", "tаnh", "\u202e", "\ud7ff", "é", "e\u0301", "İ", "ﬀ", "٣", "𝟙", "😀", "\ufeff", "\u2028"]
NUMBERS = ["1e-3", "1e999", "-inf", "nan", "0x10", "1_000", "1:30", "0o7", "1,5", "١", "+5", "5.", "1e5.0"]
PATHS = ["json:dumps", "os:abort", "os:getcwd", "enum:Enum", "json:nothing", "nowhere:Cell", ":", "a:", ":b", "a:b:c"]
PATHS += ["gradient_horizon.tasks.base:Task", "gradient_horizon:x"]
WORDS = [*NAMES, *SHELL, *UNICODE, *NUMBERS, *PATHS, "yes", "no", "null", "x" * 5000]
HUGE = [0, -1, 1, 2, 3, 10**6, 10**9, 10**18, 2**63, 2**64, 10**30, 10**400, -(10**400)]
FLOATS = [float("nan"), float("inf"), float("-inf"), -0.0, 5e-324, 1e308, 0.5, 1e-3, 2.0, 1e22]
OTHERS = [None, True, False, b"bytes", datetime.date(2026, 1, 1), {}, [], [[]], {"a": {"b": []}}, {1: 2}, {None: 1}]

pools = [st.sampled_from(pool) for pool in (NAMES, SHELL, UNICODE, NUMBERS, PATHS, WORDS)]
scalars = st.one_of(*pools, st.sampled_from(HUGE), st.sampled_from(FLOATS), st.integers(), st.floats(), st.text())
keys = st.one_of(st.sampled_from(["lengths", "seeds", "always", "change", "threshold", "name", *WORDS]), st.text())
values = st.recursive(
    st.one_of(scalars, st.sampled_from(OTHERS)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
edits = st.sampled_from(["replace", "delete", "rename", "wrap", "repeat", "insert", "scale", "copy"])
picks = st.integers(0, 2**32).map(lambda n: n * 2_654_435_761 % 2**32)  # Hypothesis likes small numbers; not here
mutations = st.lists(st.tuples(edits, picks, picks, keys, values), min_size=1, max_size=3)


@functools.cache
def shipped(name):
    return json.dumps(read_yaml(*{"default": (CONFIG,), "smoke": (CONFIG, SMOKE)}[name]))


def places(node, path=()):
    """Every place in a configuration, as the keys that lead there."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def choose(config, first, second):
    """A place: every name of a key is as likely as any other, wherever and however often it stands."""
    by_name = {}
    for path in places(config):
        by_name.setdefault(next((k for k in reversed(path) if isinstance(k, str)), None), []).append(path)
    if not by_name:
        return None
    names = [*by_name]
    found = by_name[names[first % len(names)]]
    return found[second % len(found)]


def at(config, path):
    for key in path:
        config = config[key]
    return config


def mutate(config, edit, first, second, key, value):
    place = choose(config, first, second)
    if place is None:
        return
    *parent, last = place
    holder, old = at(config, parent), at(config, [*parent, last])
    if edit == "replace":
        holder[last] = value
    elif edit == "delete":
        del holder[last]
    elif edit == "rename" and isinstance(holder, dict):
        holder[key] = holder.pop(last)
    elif edit == "wrap":
        holder[last] = {key: old} if second % 2 else [old]
    elif edit == "repeat" and isinstance(holder, list):
        holder[last:last] = [copy.deepcopy(old)] * (1 + second % 3)
    elif edit == "insert" and isinstance(old, dict):
        old[key] = value
    elif edit == "scale" and isinstance(old, int | float) and abs(old) < 10**30:
        holder[last] = old * (10 ** (second % 12)) if second % 2 else -old
    elif edit == "copy":
        holder[last] = copy.deepcopy(at(config, choose(config, second, first)))


def verdict(load):
    """Accepted or refused; any other exception is a failure of the test."""
    TRIED["tried"] += 1
    try:
        study = load()
    except ConfigError as error:
        assert_readable(str(error))
        TRIED["refused"] += 1
        return
    specs = expand(study)
    assert specs
    assert len({spec.id for spec in specs}) == len(specs)
    for spec in specs[:PLANNED_AT_MOST]:
        assert re.fullmatch(r"[A-Za-z0-9._-]+", spec.id), spec.id
        assert not spec.id.startswith((".", "-"))
        assert len(spec.id) < 250
        assert re.fullmatch(r"[0-9a-f]{32}", keys_of(spec).networks)
        json.loads(spec.to_json())
    TRIED["accepted"] += 1


def assert_readable(message):
    first, *lines = message.split("\n")
    assert re.fullmatch(r"[a-z]+\.yaml( with [a-z]+\.yaml laid over it)? cannot be run as written:", first)
    assert lines
    for line in lines:
        assert line.isprintable(), repr(line)
        assert len(line) <= LONGEST_LINE, line
        assert re.match(r"  \S.*?: .", line), line


def check_structure(name, changes):
    config = json.loads(shipped(name))
    for change in changes:
        mutate(config, *copy.deepcopy(change))
    verdict(lambda: validated_study(config))


BOMB = """
a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
f: [*e, *e, *e, *e, *e, *e, *e, *e, *e]
"""
MARKS = ["\t", "\n", "  ", ":", ": ", "- ", "&a ", "*a", "? ", "|\n", "{", "}", "[", "]", "#", "'", '"', "%", "@", "`"]
TAGS = ["!!python/object/apply:os.getcwd []", "!x ", "<<: *a\n", "---\n", "...\n", "=", "2026-01-01", "!!binary aGk="]
CHARACTERS = ["\x00", "\ufeff", "\u2028", "ё", "\ud800"]
PLAIN = ["1:30", "0xFF", "0b1", ".inf", ".nan", "~", "no", "1" * 5000, "0x" + "f" * 5000, "[" * 300, "{a: " * 300]
LINES = ["seeds: 1", "__use_yte__: true", "defaults: {}", "? [a, b]\n: c", "1: 2", "x: &x [*x]", BOMB]
FRAGMENTS = [*MARKS, *TAGS, *CHARACTERS, *PLAIN, *(f"\n{line}\n" for line in LINES)]
text_edits = st.lists(
    st.tuples(
        st.sampled_from(["insert", "cut", "repeat line", "move line", "word", "truncate", "byte"]),
        picks,
        picks,
        st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)),
    ),
    min_size=1,
    max_size=3,
)


def edit_text(content, edit, first, second, fragment):
    place = first % (len(content) + 1)
    lines = content.split(b"\n")
    one, other = first % len(lines), second % len(lines)
    if edit == "insert":
        return content[:place] + fragment.encode("utf-8", "surrogatepass") + content[place:]
    if edit == "cut":
        return content[:place] + content[place + 1 + second % 40 :]
    if edit == "repeat line":
        return b"\n".join([*lines[:one], lines[other], *lines[one:]])
    if edit == "move line":
        return b"\n".join([*lines[:one], *lines[one + 1 : other], lines[one], *lines[max(one + 1, other) :]])
    if edit == "word":
        words = list(re.finditer(rb"[\w.-]+", content))
        word = words[first % len(words)] if words else re.match(b"", content)
        return content[: word.start()] + fragment.encode("utf-8", "surrogatepass") + content[word.end() :]
    if edit == "truncate":
        return content[:place]
    return content[:place] + bytes([second % 256]) + content[place + 1 :]


def check_text(folder, name, edits):
    overlay = name == "smoke"
    changed = folder / "changed.yaml"
    content = (SMOKE if overlay else CONFIG).read_bytes()
    for edit in edits:
        content = edit_text(content, *edit)
    changed.write_bytes(content)
    files = [CONFIG, changed] if overlay else [changed]
    verdict(lambda: validated_study(read_yaml(*files), files))


def tried(check, edits, count, *, derandomize=False):
    """Checks `count` mutations of the shipped studies, made from these edits."""
    TRIED.clear()

    @settings(max_examples=count, deadline=None, database=None, derandomize=derandomize, phases=PHASES)
    @given(st.sampled_from(["default", "smoke"]), edits)
    def check_all(name, changes):
        check(name, changes)

    check_all()
    return dict(TRIED)


PHASES = (Phase.generate, Phase.shrink)


def test_mutated_studies_plan_or_are_refused_readably():
    counts = tried(check_structure, mutations, 200, derandomize=True)
    assert counts["accepted"] > 10
    assert counts["refused"] > 50


def test_mutated_files_plan_or_are_refused_readably(tmp_path):
    counts = tried(functools.partial(check_text, tmp_path), text_edits, 100, derandomize=True)
    assert counts["accepted"] > 5
    assert counts["refused"] > 25


@pytest.mark.fuzz
def test_thousands_of_mutations(tmp_path, capsys):
    """Fails at the first traceback, with the mutation behind it."""
    found = {
        "studies": tried(check_structure, mutations, 3500),
        "files": tried(functools.partial(check_text, tmp_path), text_edits, 2000),
    }
    with capsys.disabled():
        print(f"\n{'mutated':10}{'tried':>8}{'accepted':>10}{'refused':>10}{'tracebacks':>12}")
        for name, counts in found.items():
            print(f"{name:10}{counts['tried']:8}{counts['accepted']:10}{counts['refused']:10}{0:12}")
    assert sum(counts["tried"] for counts in found.values()) >= 5000


ODDITIES = {
    "tag": ("!!python/object/apply:os.getcwd []", "got a 'python/object/apply:os.getcwd' (line 2"),
    "template": ("__use_yte__: true\n?1: 2", "__use_yte__: must not be given"),
    "digits": ("title: 1" + "0" * 5000, "title: must be at most 1000 characters long, got 5001 (line 1"),
    "depth": ("title: " + "[" * 3000, "must be nested at most 50 levels deep"),
    "cycle": ("title: &a [*a]", "without an alias inside of what it names"),
    "bytes": ("title: \udcff", "must be text in UTF-8 (invalid start byte at byte 7)"),
    "syntax": ("title: {a: ", "line 1: must be valid YAML"),
    "list": ("- title", "must be keys with values, got a list"),
    "key": ("1: 2", "1: keys must be names, got '1' (line 1"),
    "keys": ("? [a]\n: b", "keys must be names, got a list (line 1"),
    "date": ("title: 2026-01-01", "title: must be a plain number, text, list or mapping, got a 'timestamp'"),
    "nothing": ("", "config.yaml: must be keys with values, got none"),
}


@pytest.mark.parametrize("oddity", ODDITIES)
def test_an_oddity_of_yaml_is_named(tmp_path, oddity):
    content, message = ODDITIES[oddity]
    file = tmp_path / "config.yaml"
    file.write_bytes((f"a:\n  {content}" if oddity == "tag" else content).encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        validated_study(read_yaml(file), [file])
    assert_readable(str(caught.value))
    assert message in str(caught.value)


def test_aliases_that_multiply_are_counted_before_they_are_written_out(tmp_path):
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines))
    with pytest.raises(ConfigError, match="at most 100000 values, aliases written out; got 1234567"):
        read_yaml(tmp_path / "bomb.yaml")


def test_a_name_of_the_user_s_own_is_not_called_unless_it_is_such_a_class():
    config = json.loads(shipped("smoke"))
    config["experiments"][0]["task"] = "os:abort"
    with pytest.raises(ConfigError, match="must be in a module of your own, with a name that no module of Python has"):
        validated_study(config)
    config["experiments"][0]["task"] = "yaml:dump"
    with pytest.raises(ConfigError, match=r"must be a class made from gradient_horizon.tasks\.base:Task"):
        validated_study(config)
    config = json.loads(shipped("smoke"))
    config["remedies"]["clipped"] = [{"change": "yaml:dump"}]
    with pytest.raises(ConfigError, match=r"must be a class made from gradient_horizon.remedies\.base:Change"):
        validated_study(config)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("lengths", [5, 10**9], r"experiments\.0\.lengths\.1: .* would take up to .* GB and .* hours; got 1000000000$"),
        ("hidden_size", 10**6, r"experiments\.0\.hidden_size: .* 16 GB \(limits\.memory\) .* GB and .*; got 1000000$"),
        ("batch_size", 2**20, r"experiments\.0\.batch_size: .* GB and .* hours; got 1048576$"),
        ("updates", 10**9, r"experiments\.0\.updates: .* 48 hours \(limits\.hours\).* hours; got 1000000000$"),
        ("seeds_per_job", 1000, r"experiments\.0\.seeds_per_job: .* GB and .* hours; got 1000$"),
        ("evaluation_sequences", 2**30, r"experiments\.0\.evaluation_sequences: .* GB and .*; got 1073741824$"),
    ],
)
def test_absurd_sizes_are_refused_with_what_they_would_need(key, value, message):
    config = json.loads(shipped("smoke"))
    sequences = 2**20 if key in ("batch_size", "evaluation_sequences") else 64
    config["experiments"][0] |= {"seeds": 5000, "evaluation_sequences": sequences, "lengths": [80]} | {key: value}
    with pytest.raises(ConfigError, match=message):
        validated_study(config)
