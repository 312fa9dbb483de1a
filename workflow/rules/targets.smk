"""What a user types: one target a study, and all figures, all claims.

Inputs: the figures, tables and files of the other rule files.
Outputs: none; each target asks for files.
"""


rule figures:
    input:
        targets.figures(),


rule claims:
    input:
        collect("<results>/{file}", file=["claims.csv", "published_runs.csv", "claims.html"]),


rule sweeps:
    input:
        targets.all_sweeps(),


rule method_comparison:
    input:
        targets.method_comparison(),


rule scaling:
    input:
        targets.scaling(),


rule source_inversion:
    input:
        targets.source_inversion(),


rule surrogate:
    input:
        targets.surrogate(),


rule networks:
    input:
        "<results>/figures/networks.png",


rule benchmarks:
    input:
        "<results>/figures/benchmarks.png",
        "<results>/figures/adjoint.png",
        "<results>/benchmarks/startup.csv",


for study in [*studies.of_method("risk"), *studies.names()]:

    rule:
        name:
            study
        input:
            targets.study(study),
            laboratory_files.measured(study),
