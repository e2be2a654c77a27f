rule plan:
    """The study as it is run, and the runs of this part of it with their places in the store."""
    output:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.csv",
    log:
        "results/{part}logs/plan.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes(500),
        runtime=pipeline.resources.minutes(3),
    params:
        study=pipeline.study_json,
        experiments=pipeline.experiments_of,
        digest=pipeline.runs_digest,
        code=pipeline.code("plan"),
    message:
        "plan {wildcards.part}: lists the runs"
    shell:
        "python -m gradient_horizon list-runs --study {params.study:q} --experiments {params.experiments:q} --digest {params.digest:q} --study-out {output.study} --out {output.runs} > {log} 2>&1"
