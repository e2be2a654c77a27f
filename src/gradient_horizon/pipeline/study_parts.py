"""Parts of a study that are run and reported alone: an experiment, what a claim rests on, or a judged cell."""

from collections.abc import Iterable

from gradient_horizon import registries
from gradient_horizon.errors import PlanError
from gradient_horizon.study.model import Study
from gradient_horizon.study.run_spec import RunSpec


def names_of_part(study: Study, part: str) -> list[str]:
    """The experiments of a part, which is written "only/NAME/"; all of them for "", the whole.

    Of a claim on a judged cell its own name, since it rests on some arms of its experiments only. Raises PlanError
    where the study has no such part.
    """
    names = [experiment.name for experiment in study.experiments]
    named = part.removeprefix("only/").rstrip("/")
    own = [*_arms_of_own_claims(study)]
    if not named:
        return names
    if named in (*names, *own):
        return [named]
    if named not in registries.CLAIMS:
        legal = ", ".join([*names, *registries.CLAIMS, *own])
        raise PlanError(f"only/{named}: must name an experiment or a claim; legal: {legal}")
    behind = registries.load(registries.CLAIMS, "claim", named).experiments
    if not {*names} & {*behind}:
        wanted = ", ".join(behind) or "no runs at all"
        raise PlanError(f"only/{named}: the study must have runs that the claim rests on, which are {wanted}")
    return [name for name in names if name in behind]


def runs_of_parts(study: Study, specs: Iterable[RunSpec], names: Iterable[str]) -> list[RunSpec]:
    """The runs of parts: of experiments, or of claims on judged cells, which rest on some arms of their experiments."""
    asked = {*names}
    arms = {arm for claim, read in _arms_of_own_claims(study).items() if claim in asked for arm in read}
    return [spec for spec in specs if spec.experiment in asked or (spec.experiment, spec.cell, spec.remedy) in arms]


def _arms_of_own_claims(study: Study) -> dict[str, set[tuple[str, str, str]]]:
    """The claims on judged cells with the arms that they rest on: each an experiment, a cell and a remedy."""
    if not study.judge:
        return {}
    # Loaded here, since claims bring pandas and SciPy, for which a study without judged cells need not wait.
    from gradient_horizon.claims.coverage import arms_of
    from gradient_horizon.claims.judged import own_claims

    return {claim.id: arms_of(claim) for claim in own_claims(study)}
