rule plan:
    """The study as it is run, and the ids of the runs of this part of it."""
    input:
        src=pipeline.code_of_plan,
    output:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.txt",
    log:
        "results/{part}logs/plan.log",
    params:
        study=pipeline.study_json,
        experiments=pipeline.experiments_of,
        digest=pipeline.runs_digest,
    shell:
        "python -m gradient_horizon list-runs --study {params.study:q} --experiments {params.experiments:q} --digest {params.digest:q} --study-out {output.study} --out {output.runs} > {log} 2>&1"
