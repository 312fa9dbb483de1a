"""What a user types: one target a study, and all figures, all claims.

Inputs: the figures, tables and files of the other rule files.
Outputs: none; each target asks for files.
"""


rule figures:
    input:
        figure_files(),


rule claims:
    input:
        collect("<results>/{file}", file=["claims.csv", "published_runs.csv", "claims.html"]),


rule sweeps:
    input:
        [sweep_files(sweep) for sweep in config["sweeps"]],


rule method_comparison:
    input:
        method_files(),


rule scaling:
    input:
        scaling_files(),


rule source_inversion:
    input:
        source_inversion_files(),


rule surrogate:
    input:
        surrogate_files(),


rule networks:
    input:
        "<results>/figures/networks.png",


rule benchmarks:
    input:
        "<results>/figures/benchmarks.png",
        "<results>/figures/adjoint.png",
        "<results>/benchmarks/startup.csv",


for study in config["risk_studies"]:

    rule:
        name:
            study
        input:
            risk_study_files(study),


for study in config["plume_studies"]:

    rule:
        name:
            study
        input:
            study_files(study),


for study in config["active_studies"]:

    rule:
        name:
            study
        input:
            active_files(study),
