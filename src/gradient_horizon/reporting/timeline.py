"""When each job of a study ran, and for how long, on one picture that stands beside the report.

It is no part of the report, whose bytes do not depend on how long jobs take.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import escape

from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import Words

WIDTH, LABELS, ROW, HEAD, FOOT, EDGE = 760.0, 170.0, 16.0, 14.0, 40.0, 14.0
"""Of the picture, in points: its width, that of the names, the height of a row, room above, below and at the right."""
IDLE = 60.0
"""Seconds without a job from which on the time between two calls is cut out."""
GAP = 5.0
"""Seconds that stand for what was cut out."""
TICKS = 6
"""At most so many intervals are marked on the axis of time."""
COLOURS = {True: "#0072b2", False: "#c25500"}
"""Of batches of training, and of all other jobs."""


class Job(NamedTuple):
    """A job: its name, whether it trains a batch, and when it began and ended, in seconds since 1970."""

    name: str
    trains: bool
    began: float
    ended: float


def timeline(jobs: Sequence[Job], words: Words, language: str) -> str:
    """The picture as SVG: batches of training in as many rows as ran at once, then a row for each other job.

    Raises ReportError where a word is missing.
    """
    numbers = Numbers(language)
    ordered = sorted(jobs, key=lambda job: (job.began, job.name))
    lanes = _lanes([job for job in ordered if job.trains])
    rows = [(words["batches"], lane) for lane in lanes] + [(job.name, [job]) for job in ordered if not job.trains]
    cuts = _cuts(ordered)
    end = max((_drawn(job.ended, cuts) for job in ordered), default=1.0) or 1.0
    scale = (WIDTH - LABELS - EDGE) / end
    height = HEAD + ROW * len(rows) + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" '
        f'height="{height:g}" role="img" font-family="DejaVu Sans, sans-serif" font-size="10">'
        f"<title>{escape(words['title'])}</title>"
        f'<rect width="100%" height="100%" fill="#fff"/>'
    ]
    foot = HEAD + ROW * len(rows)
    step = _step(end)
    for count in range(int(end / step) + 1):
        x = LABELS + count * step * scale
        minutes = numbers.number(count * step / 60)
        parts.append(f'<path d="M{x:.1f} {HEAD:g}V{foot:g}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{x:.1f}" y="{foot + 13:g}" text-anchor="middle" fill="#57606a">{minutes}</text>')
    parts.append(f'<text x="{LABELS:g}" y="{foot + 29:g}" fill="#57606a">{escape(words["axis"])}</text>')
    for place, (name, of_row) in enumerate(rows):
        y = HEAD + ROW * place
        if place == 0 or rows[place - 1][0] != name:
            parts.append(
                f'<text x="{LABELS - 8:g}" y="{y + 11:g}" text-anchor="end" fill="#1f2328">{escape(name)}</text>'
            )
        parts += [_bar(job, y, scale, cuts, words, numbers) for job in of_row]
    return "".join([*parts, "</svg>\n"])


def _bar(job: Job, y: float, scale: float, cuts: Mapping[float, float], words: Words, numbers: Numbers) -> str:
    left = LABELS + _drawn(job.began, cuts) * scale
    width = max((job.ended - job.began) * scale, 1.0)
    said = words["job"].format(name=job.name, seconds=numbers.number(job.ended - job.began))
    return (
        f'<rect x="{left:.1f}" y="{y + 2:g}" width="{width:.1f}" height="{ROW - 4:g}" rx="1.5" '
        f'fill="{COLOURS[job.trains]}" stroke="#fff" stroke-width=".5"><title>{escape(said)}</title></rect>'
    )


def _lanes(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs in as few rows as keep those that ran at once apart."""
    lanes: list[list[Job]] = []
    for job in jobs:
        free = next((lane for lane in lanes if lane[-1].ended <= job.began), None)
        if free is None:
            lanes.append([job])
        else:
            free.append(job)
    return lanes


def _cuts(jobs: Sequence[Job]) -> dict[float, float]:
    """From each time on, in order, how many seconds are left out before it."""
    return dict(_left_out(jobs))


def _left_out(jobs: Sequence[Job]) -> Iterator[tuple[float, float]]:
    if not jobs:
        return
    left_out = busy_until = jobs[0].began
    yield jobs[0].began, left_out
    for job in jobs:
        if job.began - busy_until > IDLE:
            left_out += job.began - busy_until - GAP
            yield job.began, left_out
        busy_until = max(busy_until, job.ended)


def _drawn(time: float, cuts: Mapping[float, float]) -> float:
    """Seconds from the start, without what is cut out."""
    return time - max(left_out for began, left_out in cuts.items() if began <= time)


def _step(end: float) -> float:
    """Seconds between marks: of round minutes, or parts of one."""
    steps = (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200)
    return next((step for step in steps if end / step <= TICKS), end / TICKS)
