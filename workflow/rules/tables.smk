table_files = [
    f"{name}.{kind}" for name in registries.TABLES for kind in ("parquet", "csv")
]
claim_files = [
    f"{name}.{kind}" for name in ("verdicts", "tests") for kind in ("parquet", "csv")
]


rule checks:
    """Identities that need no run: powers of matrices in float64, and our cells beside torch.nn's."""
    output:
        multiext("results/{study}/checks/", "powers.json", "equality.json"),
    log:
        "results/{study}/logs/checks.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes(800),
        runtime=pipeline.resources.minutes(3),
    params:
        code=pipeline.code("checks"),
    message:
        "checks {wildcards.study}: powers of matrices, and our cells beside those of torch.nn"
    shell:
        "python -m gradient_horizon checks --out results/{wildcards.study}/checks > {log} 2>&1"


rule tables:
    """All runs of this part of the study in long tables, and the estimates made from them."""
    input:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.csv",
        batches=pipeline.batches_of,
        checks=multiext(
            f"results/{pipeline.study.name}/checks/", "powers.json", "equality.json"
        ),
    output:
        multiext("results/{part}tables/", *table_files),
        made_of="results/{part}made_of.json",
        durations="results/{part}durations.csv",
    log:
        "results/{part}logs/tables.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_tables,
        runtime=pipeline.resources.minutes_of_tables,
    params:
        checks=pipeline.folder_of_checks,
        rounds=pipeline.rounds_of,
        code=pipeline.code("tables"),
    message:
        "tables {wildcards.part}: puts all runs into tables"
    shell:
        "python -m gradient_horizon tables --study {input.study} --runs {input.runs} --store store --checks {params.checks:q} --out results/{wildcards.part}tables --made-of {output.made_of} --durations {output.durations} > {log} 2>&1"
