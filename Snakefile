from snakemake.utils import min_version

min_version("9.20")

from gradient_horizon.errors import ConfigError
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.pipeline.workflow import (
    Pipeline,
    WorkflowError,
    lift_job_limit,
    refuse_odd_file,
)

refuse_odd_file("config.yaml")


configfile: "config.yaml"


try:
    pipeline = Pipeline(config, workflow.configfiles, root=workflow.basedir)
except ConfigError as error:
    raise WorkflowError(str(error)) from None


# A part of the study is empty, for the whole, or "only/NAME/", an experiment or what a claim rests on.
wildcard_constraints:
    part="(only/[a-z0-9][a-z0-9.-]*/)?",
    run="[A-Za-z0-9._-]+",
    figure="[a-z-]+",
    language="en|pl",


include: "workflow/rules/plan.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"


onstart:
    lift_job_limit(workflow)
    pipeline.preflight()


rule all:
    default_target: True
    input:
        "results/durations.csv",
        expand(
            "results/report/{language}/report.{format}",
            language=LANGUAGES,
            format=["html", "pdf"],
        ),
