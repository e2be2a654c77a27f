rule batch:
    """Runs that the store lacks, trained and measured one after another on one thread.

    They stand in the store, outside of what Snakemake removes; what it sees is this list of those that are there.
    """
    output:
        "results/{study}/batches/{batch}.json",
    log:
        "results/{study}/logs/batches/{batch}.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_batch,
        runtime=pipeline.resources.minutes_of_batch,
    params:
        runs=lambda wildcards: pipeline.batches.file(wildcards.batch),
    message:
        "batch {wildcards.batch}: trains and measures runs that the store lacks"
    shell:
        "python -m gradient_horizon batch --runs {params.runs:q} --store store --results results/{wildcards.study} --manifest {output} > {log} 2>&1"
