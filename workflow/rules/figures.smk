"""Figures and the table of the plume studies, as PNG and PDF.

Inputs: the netCDF files of the studies and, for published points, config/claims/published_runs.yaml.
Outputs: <results>/figures/….
"""


rule draw_plume:
    input:
        "<results>/plume/plume.nc",
    output:
        report("<results>/figures/plume.png", category="Plume", caption="../report/plume.rst"),
        "<results>/figures/plume.pdf",
    log:
        "<results>/logs/figures/plume.log",
    benchmark:
        "<results>/timings/figures/plume.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        location=lookup("plume_figure/truth/location", within=config),
        code=code_of("draw_plume"),
    script:
        "../scripts/draw_plume.py"


rule draw_posteriors:
    input:
        beliefs=lambda wildcards: [belief_after(wildcards, stage) for stage in stages_of(wildcards.study)],
        physical=lambda wildcards: [
            stage_file(wildcards, stage, "physical_experiment") for stage in stages_of(wildcards.study)
        ],
        discrepancy=lambda wildcards: [
            stage_file(wildcards, stage, "discrepancy_experiment")
            for stage in stages_of(wildcards.study)
            if is_corrected(wildcards, stage)
        ],
    output:
        report(
            "<results>/figures/{study}/posteriors_{variant}.png",
            category="{study}",
            caption="../report/posteriors.rst",
        ),
        "<results>/figures/{study}/posteriors_{variant}.pdf",
    log:
        "<results>/logs/figures/{study}/posteriors_{variant}.log",
    benchmark:
        "<results>/timings/figures/{study}/posteriors_{variant}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        code=code_of("draw_posteriors"),
    script:
        "../scripts/draw_posteriors.py"


rule draw_location_error:
    input:
        metrics="<results>/{study}/metrics.nc",
        published="config/claims/published_runs.yaml",
    output:
        report(
            "<results>/figures/{study}/location_error.png",
            category="{study}",
            caption="../report/location_error.rst",
        ),
        "<results>/figures/{study}/location_error.pdf",
    log:
        "<results>/logs/figures/{study}/location_error.log",
    benchmark:
        "<results>/timings/figures/{study}/location_error.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_location_error"),
    script:
        "../scripts/draw_location_error.py"


rule draw_information_gain:
    input:
        profile=stage_of("gain_profile", "gain_profile"),
        experiment=stage_of("gain_profile", "discrepancy_experiment"),
        published="config/claims/published_runs.yaml",
    output:
        report(
            "<results>/figures/{study}/information_gain_{variant}.png",
            category="{study}",
            caption="../report/information_gain.rst",
        ),
        "<results>/figures/{study}/information_gain_{variant}.pdf",
    log:
        "<results>/logs/figures/{study}/information_gain_{variant}.log",
    benchmark:
        "<results>/timings/figures/{study}/information_gain_{variant}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        stage=lambda wildcards: settings_of(wildcards)["gain_profile"]["stage"],
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        code=code_of("draw_information_gain"),
    script:
        "../scripts/draw_information_gain.py"


rule draw_field_errors:
    input:
        errors="<results>/{study}/{variant}/field_errors.nc",
        published="config/claims/published_runs.yaml",
    output:
        report(
            "<results>/figures/{study}/field_errors_{variant}.png",
            category="{study}",
            caption="../report/field_errors.rst",
        ),
        "<results>/figures/{study}/field_errors_{variant}.pdf",
    log:
        "<results>/logs/figures/{study}/field_errors_{variant}.log",
    benchmark:
        "<results>/timings/figures/{study}/field_errors_{variant}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_field_errors"),
    script:
        "../scripts/draw_field_errors.py"


rule tabulate_field_errors:
    input:
        errors=lambda wildcards: [
            f"<results>/{wildcards.study}/{variant}/field_errors.nc" for variant in corrected_variants(wildcards.study)
        ],
        published="config/claims/published_runs.yaml",
    output:
        report("<results>/{study}/table_1.csv", category="{study}", caption="../report/field_errors.rst"),
    log:
        "<results>/logs/{study}/table_1.log",
    benchmark:
        "<results>/timings/{study}/table_1.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        variants=lambda wildcards: corrected_variants(wildcards.study),
        name="field_errors.nc",
        quantities=[],  # all
        code=code_of("tabulate_field_errors"),
    script:
        "../scripts/tabulate_field_errors.py"
