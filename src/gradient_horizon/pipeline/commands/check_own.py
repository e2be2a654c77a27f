"""A class of the user's own, tried by itself."""

import sys

from gradient_horizon.pipeline.command_line import REFUSED


def check_own(*, classes: list[str]) -> None:
    """Prints what was tried of each class, and what came out; exits with 2 where something must be otherwise."""
    from gradient_horizon.pipeline.own.finding import is_wrong
    from gradient_horizon.pipeline.own_classes import findings_of, kind_of

    failed = False
    for name in classes:
        found = list(findings_of(name))
        kind = kind_of(name)
        print(f"{name}{f', a {kind}' if kind else ''}")
        for finding in found:
            print(f"  {finding.level:6} {finding.text}")
        failed |= is_wrong(found)
    if failed:
        sys.exit(REFUSED)
