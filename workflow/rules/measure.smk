rule measure:
    """All measures on the saved networks of a run; a new measure retrains nothing."""
    input:
        networks="results/runs/{run}/networks.safetensors",
        outcome="results/runs/{run}/outcome.json",
        src=pipeline.code("measure"),
    output:
        measures="results/measures/{run}.safetensors",
    log:
        "results/logs/measure/{run}.log",
    benchmark:
        "results/benchmarks/measure/{run}.tsv"
    threads: 1
    shell:
        "python -m gradient_horizon measure --outcome {input.outcome} --networks {input.networks} --measures {output.measures} > {log} 2>&1"


rule powers:
    """The identity W^t = V diag(lambda)^t V^-1 in float64; needs no run."""
    input:
        src=pipeline.code("powers"),
    output:
        "results/measures/powers.json",
    log:
        "results/logs/powers.log",
    shell:
        "python -m gradient_horizon powers --out {output} > {log} 2>&1"


rule equality:
    """Our cells beside torch.nn's, step for step; needs no run."""
    input:
        src=pipeline.code("equality"),
    output:
        "results/measures/equality.json",
    log:
        "results/logs/equality.log",
    shell:
        "python -m gradient_horizon equality --out {output} > {log} 2>&1"
