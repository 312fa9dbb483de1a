"""Figures and the table of the hybrid studies, as PNG and PDF.

Inputs: the netCDF files of the studies and, for published points,
config/claims/published_runs.yaml.
Outputs: <results>/figures/….
"""


rule draw_plume:
    input:
        "<results>/plume/plume.nc",
    output:
        report("<results>/figures/plume.png", category="Plume", caption="../report/plume.rst"),
        "<results>/figures/plume.pdf",
    params:
        location=lookup("plume_figure/truth/location", within=config),
    script:
        "../scripts/draw_plume.py"


rule draw_posteriors:
    input:
        beliefs=of_wildcards(stages.beliefs),
        physical=of_wildcards(stages.physical_experiments),
        discrepancy=of_wildcards(stages.discrepancy_experiments),
    output:
        report(
            "<results>/figures/{study}/posteriors_{variant}.png",
            category="{study}",
            caption="../report/posteriors.rst",
        ),
        "<results>/figures/{study}/posteriors_{variant}.pdf",
    params:
        location=setting("truth/location"),
    script:
        "../scripts/draw_posteriors.py"


rule draw_location_error:
    input:
        metrics="<results>/{study}/metrics.nc",
        published=PUBLISHED_RUNS,
    output:
        report(
            "<results>/figures/{study}/location_error.png",
            category="{study}",
            caption="../report/location_error.rst",
        ),
        "<results>/figures/{study}/location_error.pdf",
    script:
        "../scripts/draw_location_error.py"


rule draw_information_gain:
    input:
        profile=of_wildcards(stages.of_block, "gain_profile", "gain_profile"),
        experiment=of_wildcards(stages.of_block, "gain_profile", "discrepancy_experiment"),
        published=PUBLISHED_RUNS,
    output:
        report(
            "<results>/figures/{study}/information_gain_{variant}.png",
            category="{study}",
            caption="../report/information_gain.rst",
        ),
        "<results>/figures/{study}/information_gain_{variant}.pdf",
    params:
        stage=setting("gain_profile/stage"),
        location=setting("truth/location"),
    script:
        "../scripts/draw_information_gain.py"


rule draw_field_errors:
    input:
        errors="<results>/{study}/{variant}/field_errors.nc",
        published=PUBLISHED_RUNS,
    output:
        report(
            "<results>/figures/{study}/field_errors_{variant}.png",
            category="{study}",
            caption="../report/field_errors.rst",
        ),
        "<results>/figures/{study}/field_errors_{variant}.pdf",
    script:
        "../scripts/draw_field_errors.py"


rule tabulate_field_errors:
    input:
        errors=of_wildcards(stages.field_errors),
        published=PUBLISHED_RUNS,
    output:
        report(
            "<results>/{study}/table_1.csv",
            category="{study}",
            caption="../report/field_errors.rst",
        ),
    params:
        variants=of_wildcards(studies.corrected_variants),
        name="field_errors.nc",
        quantities=[],  # all
    script:
        "../scripts/tabulate_field_errors.py"
