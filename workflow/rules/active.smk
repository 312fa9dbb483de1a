"""Sequential design whose own data teach the model, one job a variant, replicates as an array axis.

Inputs: a study of the block active_studies of the configuration, its starting weights.
Outputs: <results>/{study}/{variant}/history.nc; per study designs.nc, tables and figures.
"""


rule learn_actively:
    input:
        weights=lambda wildcards: starting_weights(wildcards.study, settings_of(wildcards)),
    output:
        "<results>/{study}/{variant}/history.nc",
    log:
        "<results>/logs/{study}/{variant}/history.log",
    benchmark:
        "<results>/timings/{study}/{variant}/history.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=blocks(*ACTIVE),
        code=code_of("learn_actively"),
    script:
        "../scripts/learn_actively.py"


rule compare_designs:
    input:
        history=lambda wildcards: (
            f"<results>/{wildcards.study}/{settings_of(wildcards)['designs']['variant']}/history.nc"
        ),
    output:
        "<results>/{study}/designs.nc",
    log:
        "<results>/logs/{study}/designs.log",
    benchmark:
        "<results>/timings/{study}/designs.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=compared_settings,
        code=code_of("compare_designs"),
    script:
        "../scripts/compare_designs.py"


rule draw_beliefs:
    input:
        histories=lambda wildcards: [history_of(wildcards.study, variant) for variant in variants_of(wildcards.study)],
    output:
        report("<results>/figures/{study}/beliefs.png", category="{study}", caption="../report/beliefs.rst"),
        "<results>/figures/{study}/beliefs.pdf",
    log:
        "<results>/logs/figures/{study}/beliefs.log",
    benchmark:
        "<results>/timings/figures/{study}/beliefs.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        variants=lambda wildcards: variants_of(wildcards.study),
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        code=code_of("draw_beliefs"),
    script:
        "../scripts/draw_beliefs.py"


rule tabulate_learning:
    input:
        errors=lambda wildcards: [history_of(wildcards.study, variant) for variant in variants_of(wildcards.study)],
        published="config/claims/published_runs.yaml",
    output:
        report("<results>/{study}/errors.csv", category="{study}", caption="../report/active_learning.rst"),
    log:
        "<results>/logs/{study}/errors.log",
    benchmark:
        "<results>/timings/{study}/errors.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        variants=lambda wildcards: variants_of(wildcards.study),
        name="history.nc",
        quantities=TOLD,
        code=code_of("tabulate_field_errors"),
    script:
        "../scripts/tabulate_field_errors.py"


rule tabulate_models:
    input:
        designs="<results>/{study}/designs.nc",
        published="config/claims/published_runs.yaml",
    output:
        report("<results>/{study}/models.csv", category="{study}", caption="../report/models.rst"),
    log:
        "<results>/logs/{study}/models.log",
    benchmark:
        "<results>/timings/{study}/models.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("tabulate_models"),
    script:
        "../scripts/tabulate_models.py"


rule draw_fields:
    input:
        lambda wildcards: history_of(wildcards.study, wildcards.variant),
    output:
        report("<results>/figures/{study}/fields_{variant}.png", category="{study}", caption="../report/fields.rst"),
        "<results>/figures/{study}/fields_{variant}.pdf",
    log:
        "<results>/logs/figures/{study}/fields_{variant}.log",
    benchmark:
        "<results>/timings/figures/{study}/fields_{variant}.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        code=code_of("draw_fields"),
    script:
        "../scripts/draw_fields.py"


rule draw_active_learning:
    input:
        histories=lambda wildcards: [history_of(wildcards.study, variant) for variant in variants_of(wildcards.study)],
        joint=lambda wildcards: (f"<results>/{wildcards.study}/joint.nc" if learns(wildcards.study, "strength") else []),
        published="config/claims/published_runs.yaml",
    output:
        report("<results>/figures/{study}/learning.png", category="{study}", caption="../report/active_learning.rst"),
        "<results>/figures/{study}/learning.pdf",
    log:
        "<results>/logs/figures/{study}/learning.log",
    benchmark:
        "<results>/timings/figures/{study}/learning.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        variants=lambda wildcards: variants_of(wildcards.study),
        true=true_parameter,
        code=code_of("draw_active_learning"),
    script:
        "../scripts/draw_active_learning.py"


rule draw_designs:
    input:
        "<results>/{study}/designs.nc",
    output:
        report("<results>/figures/{study}/designs.png", category="{study}", caption="../report/designs.rst"),
        "<results>/figures/{study}/designs.pdf",
    log:
        "<results>/logs/figures/{study}/designs.log",
    benchmark:
        "<results>/timings/figures/{study}/designs.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        stage=lambda wildcards: settings_of(wildcards)["designs"]["stage"],
        learns=lambda wildcards: settings_of(wildcards)["model"]["discrepancy"],
        code=code_of("draw_designs"),
    script:
        "../scripts/draw_designs.py"


rule draw_models:
    input:
        "<results>/{study}/designs.nc",
    output:
        report("<results>/figures/{study}/models.png", category="{study}", caption="../report/models.rst"),
        "<results>/figures/{study}/models.pdf",
    log:
        "<results>/logs/figures/{study}/models.log",
    benchmark:
        "<results>/timings/figures/{study}/models.tsv"
    wildcard_constraints:
        study=pattern_of(config["active_studies"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        stage=lambda wildcards: settings_of(wildcards)["designs"]["stage"],
        code=code_of("draw_models"),
    script:
        "../scripts/draw_models.py"
