rule plan:
    """The study as it was run, and the ids of all runs that it asks for."""
    output:
        study="results/plan/study.json",
        runs="results/plan/runs.txt",
    log:
        "results/logs/plan.log",
    params:
        study=pipeline.study_json,
    shell:
        "python -m gradient_horizon list-runs --study {params.study:q} --study-out {output.study} --out {output.runs} > {log} 2>&1"
