"""The scorecard: every claim of the papers, judged; published runs among ours; both as a page.

Inputs: the lists of config/claims and the netCDF files that they name.
Outputs: <results>/claims.csv, <results>/published_runs.csv, <results>/claims.html.
"""


rule score_claims:
    input:
        metrics=[f"<results>/{name}" for name in claim_files()],
        claims=claim_lists(),
        published=PUBLISHED_RUNS,
    output:
        claims=report("<results>/claims.csv", category="Scorecard", caption="../report/claims.rst"),
        runs=report("<results>/published_runs.csv", category="Scorecard", caption="../report/published_runs.rst"),
    log:
        "<results>/logs/claims.log",
    benchmark:
        "<results>/timings/claims.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        files=claim_files(),
        settings=config["claims"],
        seed=config["seed"],
        code=code_of("score_claims"),
    script:
        "../scripts/score_claims.py"


rule compose_claims_page:
    input:
        claims="<results>/claims.csv",
        runs="<results>/published_runs.csv",
    output:
        report("<results>/claims.html", category="Scorecard", caption="../report/claims.rst"),
    log:
        "<results>/logs/claims_page.log",
    benchmark:
        "<results>/timings/claims_page.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("compose_claims_page"),
    script:
        "../scripts/compose_claims_page.py"
