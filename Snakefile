from snakemake.utils import min_version

min_version("9.20")

from gradient_horizon import registries
from gradient_horizon.errors import ConfigError, PlanError, StoreError
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.pipeline.places import CLAIM_FILES, ROWS, shipped
from gradient_horizon.pipeline.progress_display import Display
from gradient_horizon.pipeline.workflow import (
    Pipeline,
    WorkflowError,
    draw_timeline,
    find_configuration,
    lift_job_limit,
    refuse_odd_file,
)

configuration = find_configuration(workflow)
refuse_odd_file(configuration)


configfile: configuration


try:
    pipeline = Pipeline(config, workflow)
except (ConfigError, PlanError, StoreError) as error:
    raise WorkflowError(str(error)) from None
display = Display(pipeline.results)


# Unless it is given with --config or in a profile, there is none, and jobs run as Snakemake itself.
container: pipeline.container


# A part of the study is "STUDY/", for the whole, or "STUDY/only/NAME/", an experiment or what a claim rests on.
wildcard_constraints:
    study=pipeline.study.name,
    part=f"{pipeline.study.name}/(only/[a-z0-9][a-z0-9.-]*/)?",
    batch="[a-z0-9.-]+",
    language="en|pl",


# Memory and minutes of each rule are about twice what its job takes in the default study, of 552 runs, and at least three
# minutes, which only matters on a cluster; those of batches, and of what makes or reads tables, follow from the runs.
include: "workflow/rules/plan.smk"
include: "workflow/rules/batches.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/live.smk"
include: "workflow/rules/report.smk"


onstart:
    lift_job_limit(workflow)
    pipeline.start()
    display.start()


onsuccess:
    display.stop("finished")
    draw_timeline(pipeline.results, workflow)


onerror:
    display.stop("failed")
    draw_timeline(pipeline.results, workflow)


results_of_study = [
    f"results/{pipeline.study.name}/{name}"
    for name in (
        "checks/equality.json",
        "checks/powers.json",
        "durations.csv",
        "complete.txt",
        *(
            f"report/{language}/report.{kind}"
            for language in LANGUAGES
            for kind in ("html", "pdf")
        ),
        *(
            f"report/{language}/{name}"
            for language in LANGUAGES
            for name in poster_files
        ),
        *(
            f"report/{language}/methods.{kind}"
            for language in LANGUAGES
            for kind in ("tex", "bib")
        ),
        *(f"claims/{name}" for name in (*folder_files, *folders_of_rows)),
    )
]


rule all:
    default_target: True
    input:
        # All that is made, so that any of it that is lost is made again.
        results_of_study,
        expand(
            what_a_report_shows,
            part=f"{pipeline.study.name}/",
            language=LANGUAGES,
        ),
    message:
        f"Done: the report is in results/{pipeline.study.name}/report"
