"""Studies that judge cells: the shipped one with the key `judge`, and what the networks of such cells did."""

from pathlib import Path

from evidence_rows import pilots, success
from judged import PROSE

from gradient_horizon.claims.judge import judge_claims
from gradient_horizon.claims.judged import claims_of, own_claims
from gradient_horizon.claims.texts import Texts
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study

ROOT = Path(__file__).parents[2]
TRIED = (5, 10, 20, 40, 80)


def config_judging(judge):
    """The shipped configuration with this under `judge`."""
    return read_yaml(ROOT / "config.yaml") | {"judge": judge}


def judging(*judge):
    """The shipped study that judges these, with classes of the user's own unlooked-at."""
    return Study.model_validate(config_judging(list(judge)))


def checked(judge):
    """The same as a study is loaded; raises ConfigError."""
    return validated_study(config_judging(judge))


def texts_of(study):
    """The texts of a study's claims, its own among them, by language."""
    claims = claims_of(study)
    return {language: Texts.read(PROSE, language, claims) for language in LANGUAGES}


def remembers(setting, arm, steps, n=10):
    """Networks that all solve every length up to a number of steps, and none a longer one; with pilots."""
    return [*success(setting, arm, {length: n * (length <= steps) for length in TRIED}, n=n), *pilots(setting, arm)]


def judged_own(study, tables):
    """The tables of verdicts and of tests of the claims that a study makes itself."""
    return judge_claims(own_claims(study), tables, texts_of(study))


OF_JUDGED = [test for claim in own_claims(judging({"cell": "gru", "against": ["tanh"]})) for test in claim.tests]
"""The tests of a claim that a study makes itself."""
