rule live:
    """What the live parts of the page compute with: measured points and two trained networks, for all languages."""
    input:
        tables=multiext("results/{part}tables/", *table_files),
    output:
        "results/{part}live.json",
    log:
        "results/{part}logs/live.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(1200),
        runtime=pipeline.resources.minutes_of_reader(3),
    params:
        code=pipeline.code("live"),
    message:
        "live {wildcards.part}: gathers what the live parts of the page compute with"
    shell:
        "python -m gradient_horizon live --tables results/{wildcards.part}tables --out {output} > {log} 2>&1"
