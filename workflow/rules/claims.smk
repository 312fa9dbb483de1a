"""The scorecard: every claim of the papers, judged; published runs among ours; both as a page.

Inputs: the lists of config/claims and the netCDF files that they name.
Outputs: <results>/claims.csv, <results>/published_runs.csv, <results>/claims.html.
"""


rule score_claims:
    input:
        metrics=[f"<results>/{name}" for name in claim_files()],
        claims=CLAIMS,
        published=PUBLISHED_RUNS,
    output:
        claims=report("<results>/claims.csv", category="Scorecard", caption="../report/claims.rst"),
        runs=report(
            "<results>/published_runs.csv",
            category="Scorecard",
            caption="../report/published_runs.rst",
        ),
    params:
        files=claim_files(),
        settings=config["claims"],
        seed=config["seed"],
    script:
        "../scripts/score_claims.py"


rule compose_claims_page:
    input:
        claims="<results>/claims.csv",
        runs="<results>/published_runs.csv",
    output:
        report("<results>/claims.html", category="Scorecard", caption="../report/claims.rst"),
    script:
        "../scripts/compose_claims_page.py"
