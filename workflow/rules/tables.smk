rule tables:
    """All runs of this part of the study in long tables, and the estimates made from them."""
    input:
        runs="results/{part}plan/runs.txt",
        outcomes=pipeline.every("results/runs/{run}/outcome.json"),
        histories=pipeline.every("results/runs/{run}/history.safetensors"),
        measures=pipeline.every("results/measures/{run}.safetensors"),
        powers="results/measures/powers.json",
        equality="results/measures/equality.json",
        src=pipeline.code("tables"),
    output:
        pipeline.table_files,
    log:
        "results/{part}logs/tables.log",
    benchmark:
        "results/{part}benchmarks/tables.tsv"
    shell:
        "python -m gradient_horizon tables --runs {input.runs} --powers {input.powers} --equality {input.equality} --results results --out results/{wildcards.part}tables > {log} 2>&1"
