"""How far the studies of this folder are, as seen from another terminal."""

import sys
import time

from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.places import RESULTS
from gradient_horizon.pipeline.progress_display import SECONDS_BETWEEN_LOOKS, screen
from gradient_horizon.pipeline.progress_files import FOLDER, STUDY
from gradient_horizon.pipeline.progress_view import Summary, doing, line, look


def print_status(*, study: str | None, watch: bool) -> None:
    """Prints how far each study in results/ is, or this one; with `watch`, again and again until none goes on."""
    names = sorted(file.parents[1].name for file in RESULTS.glob(f"*/{FOLDER}/{STUDY}"))
    if study is not None and study not in names:
        legal = ", ".join(names) or "none, since no study has begun here"
        refuse(f"the study must be one that has begun, got {study!r}; legal: {legal}")
    asked = names if study is None else [study]
    if watch:
        _watch(asked)
    print("\n".join(_lines(_look(asked))) or f"nothing runs: no study has begun in {RESULTS}")


def _look(names: list[str]) -> dict[str, Summary]:
    found = {name: look(RESULTS / name) for name in names}
    return {name: summary for name, summary in found.items() if summary}


def _watch(names: list[str]) -> None:
    shown = None
    try:
        while _goes_on(summaries := _look(names)):
            shown = shown or screen(sys.stdout)
            shown.show(summaries)
            time.sleep(SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        pass
    finally:
        if shown:
            shown.close({})


def _goes_on(summaries: dict[str, Summary]) -> bool:
    return any(summary.state.goes_on for summary in summaries.values())


def _lines(summaries: dict[str, Summary]) -> list[str]:
    lines = []
    for name, summary in summaries.items():
        lines.append(f"{name}: {line(summary)}")
        lines += [f"  {', '.join(batch.experiments)}: {doing(batch)}" for batch in summary.running]
        lines += [f"  failed: {failed.run}, see {failed.log}" for failed in summary.failed]
        lines += [f"  died: {batch}" for batch in summary.died]
    return lines
