"""Sequential design whose own data teach the model, one job a variant, replicates as an array axis.

Inputs: a study of the configuration with method: active, its starting weights.
Outputs: <results>/{study}/{variant}/history.nc; per study designs.nc, tables and figures.
"""


rule learn_actively:
    input:
        weights=of_wildcards(stages.starting_weights),
    output:
        "<results>/{study}/{variant}/history.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=of_wildcards(parameters.active),
    script:
        "../scripts/learn_actively.py"


rule compare_designs:
    input:
        history=of_wildcards(stages.compared_history),
    output:
        "<results>/{study}/designs.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=of_wildcards(parameters.compared_designs),
    script:
        "../scripts/compare_designs.py"


rule draw_beliefs:
    input:
        histories=of_wildcards(stages.histories),
    output:
        report(
            "<results>/figures/{study}/beliefs.png",
            category="{study}",
            caption="../report/beliefs.rst",
        ),
        "<results>/figures/{study}/beliefs.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    params:
        variants=of_wildcards(studies.variants),
        location=setting("truth/location"),
    script:
        "../scripts/draw_beliefs.py"


rule tabulate_learning:
    input:
        errors=of_wildcards(stages.histories),
        published=PUBLISHED_RUNS,
    output:
        report(
            "<results>/{study}/errors.csv",
            category="{study}",
            caption="../report/active_learning.rst",
        ),
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    params:
        variants=of_wildcards(studies.variants),
        name="history.nc",
        quantities=list(TABULATED),
    script:
        "../scripts/tabulate_field_errors.py"


rule tabulate_models:
    input:
        designs="<results>/{study}/designs.nc",
        published=PUBLISHED_RUNS,
    output:
        report("<results>/{study}/models.csv", category="{study}", caption="../report/models.rst"),
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    script:
        "../scripts/tabulate_models.py"


rule draw_fields:
    input:
        of_wildcards(stages.history),
    output:
        report(
            "<results>/figures/{study}/fields_{variant}.png",
            category="{study}",
            caption="../report/fields.rst",
        ),
        "<results>/figures/{study}/fields_{variant}.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    params:
        location=setting("truth/location"),
    script:
        "../scripts/draw_fields.py"


rule draw_active_learning:
    input:
        histories=of_wildcards(stages.histories),
        joint=of_wildcards(stages.joint_design),
        published=PUBLISHED_RUNS,
    output:
        report(
            "<results>/figures/{study}/learning.png",
            category="{study}",
            caption="../report/active_learning.rst",
        ),
        "<results>/figures/{study}/learning.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    params:
        variants=of_wildcards(studies.variants),
        true=of_wildcards(parameters.true_parameter),
    script:
        "../scripts/draw_active_learning.py"


rule draw_designs:
    input:
        "<results>/{study}/designs.nc",
    output:
        report(
            "<results>/figures/{study}/designs.png",
            category="{study}",
            caption="../report/designs.rst",
        ),
        "<results>/figures/{study}/designs.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    params:
        location=setting("truth/location"),
        stage=setting("designs/stage"),
        learns=setting("model/discrepancy"),
    script:
        "../scripts/draw_designs.py"


rule draw_models:
    input:
        "<results>/{study}/designs.nc",
    output:
        report(
            "<results>/figures/{study}/models.png",
            category="{study}",
            caption="../report/models.rst",
        ),
        "<results>/figures/{study}/models.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("active")),
    params:
        location=setting("truth/location"),
        stage=setting("designs/stage"),
    script:
        "../scripts/draw_models.py"
