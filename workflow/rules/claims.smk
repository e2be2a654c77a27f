rule claims:
    """The verdict on every claim, and the outcome of every test behind it."""
    input:
        tables=pipeline.table_files,
        src=pipeline.sources("claims", "statistics.py"),
    output:
        pipeline.claim_files,
    log:
        "results/logs/claims.log",
    shell:
        "python -m gradient_horizon claims --tables results/tables --out results/claims > {log} 2>&1"
