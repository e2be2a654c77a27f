rule figures:
    """All figures, drawn from tables and verdicts in all languages, wide and for phones."""
    input:
        tables=multiext("results/{part}tables/", *table_files),
        claims=multiext("results/{part}claims/", *claim_files),
        words=expand(
            shipped("report/{language}/figures/{figure}.json"),
            language=LANGUAGES,
            figure=registries.FIGURES,
        ),
        shared=expand(
            shipped("report/{language}/{name}.json"),
            language=LANGUAGES,
            name=["evidence", "forests", "names"],
        ),
    output:
        expand(
            "results/{{part}}figures/{language}/{figure}{form}.svg",
            language=LANGUAGES,
            figure=registries.FIGURES,
            form=["", ".narrow"],
        ),
    log:
        "results/{part}logs/figures.log",
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    params:
        code=pipeline.code("figures"),
    message:
        "figures {wildcards.part}: draws all"
    shell:
        "python -m gradient_horizon figures --tables results/{wildcards.part}tables --claims results/{wildcards.part}claims --out results/{wildcards.part}figures > {log} 2>&1"
