rule figures:
    """All figures, drawn from tables and verdicts in all languages, wide and for phones."""
    input:
        study="results/{part}plan/study.json",
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
        [
            report(
                f"results/{{part}}figures/{language}/{figure}.svg",
                category="Figures · Rysunki",
                subcategory=language,
                labels={"figure · rysunek": figure},
            )
            for language in LANGUAGES
            for figure in pipeline.figures
        ],
        expand(
            "results/{{part}}figures/{language}/{figure}.narrow.svg",
            language=LANGUAGES,
            figure=pipeline.figures,
        ),
    log:
        "results/{part}logs/figures.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(1500),
        runtime=pipeline.resources.minutes_of_reader(10),
    params:
        code=pipeline.code("figures"),
    message:
        "figures {wildcards.part}: draws all"
    shell:
        "python -m gradient_horizon figures --study {input.study} --tables results/{wildcards.part}tables --claims results/{wildcards.part}claims --out results/{wildcards.part}figures > {log} 2>&1"
