rule train:
    """One run: all its seeds and learning rates side by side, on one thread.

    Its state is kept twice a minute outside of what Snakemake removes, so that a run that was interrupted goes on from there.
    """
    input:
        src=pipeline.code_of_training,
    output:
        networks="results/runs/{run}/networks.safetensors",
        history="results/runs/{run}/history.safetensors",
        outcome="results/runs/{run}/outcome.json",
        provenance="results/runs/{run}/provenance.json",
    log:
        "results/logs/train/{run}.log",
    benchmark:
        "results/benchmarks/train/{run}.tsv"
    threads: 1
    params:
        spec=pipeline.spec,
    shell:
        "python -m gradient_horizon train --spec {params.spec:q} --networks {output.networks} --history {output.history} --outcome {output.outcome} --provenance {output.provenance} --checkpoint results/checkpoints/{wildcards.run}.safetensors > {log} 2>&1"
