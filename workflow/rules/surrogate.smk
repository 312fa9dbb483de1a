"""The network in place of the diffusion solver: training data, training, validation, what each forward model costs.

Inputs: the block source_inversion of the configuration.
Outputs: <results>/surrogate/{layout}/training.nc, surrogate.nc, validation.nc and speed.nc,
<results>/figures/surrogate/{layout}.png and .pdf.
"""


rule simulate_training_data:
    output:
        "<results>/surrogate/{layout}/training.nc",
    log:
        "<results>/logs/surrogate/{layout}/training.log",
    benchmark:
        "<results>/timings/surrogate/{layout}/training.tsv"
    wildcard_constraints:
        layout=pattern_of(config["source_inversion"]["layouts"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("solver", "training"),
        code=code_of("simulate_training_data"),
    script:
        "../scripts/simulate_training_data.py"


rule train_surrogate:
    input:
        "<results>/surrogate/{layout}/training.nc",
    output:
        "<results>/surrogate/{layout}/surrogate.nc",
    log:
        "<results>/logs/surrogate/{layout}/surrogate.log",
    benchmark:
        "<results>/timings/surrogate/{layout}/surrogate.tsv"
    wildcard_constraints:
        layout=pattern_of(config["source_inversion"]["layouts"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("surrogate"),
        code=code_of("train_surrogate"),
    script:
        "../scripts/train_surrogate.py"


rule validate_surrogate:
    input:
        training="<results>/surrogate/{layout}/training.nc",
        surrogate="<results>/surrogate/{layout}/surrogate.nc",
    output:
        "<results>/surrogate/{layout}/validation.nc",
    log:
        "<results>/logs/surrogate/{layout}/validation.log",
    benchmark:
        "<results>/timings/surrogate/{layout}/validation.tsv"
    wildcard_constraints:
        layout=pattern_of(config["source_inversion"]["layouts"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_blocks("noise", "cells", "prior_nodes", "validation"),
        code=code_of("validate_surrogate"),
    script:
        "../scripts/validate_surrogate.py"


rule time_sensor_models:
    input:
        "<results>/surrogate/{layout}/surrogate.nc",
    output:
        "<results>/surrogate/{layout}/speed.nc",
    log:
        "<results>/logs/surrogate/{layout}/speed.log",
    benchmark:
        "<results>/timings/surrogate/{layout}/speed.tsv"
    wildcard_constraints:
        layout=pattern_of(config["source_inversion"]["layouts"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_blocks("cells", "solver", "prior_nodes", "sensors"),
        code=code_of("time_sensor_models"),
    script:
        "../scripts/time_sensor_models.py"


rule draw_surrogate:
    input:
        validation="<results>/surrogate/{layout}/validation.nc",
        surrogate="<results>/surrogate/{layout}/surrogate.nc",
    output:
        report(
            "<results>/figures/surrogate/{layout}.png",
            category="Source inversion",
            caption="../report/surrogate.rst",
        ),
        "<results>/figures/surrogate/{layout}.pdf",
    log:
        "<results>/logs/figures/surrogate/{layout}.log",
    benchmark:
        "<results>/timings/figures/surrogate/{layout}.tsv"
    wildcard_constraints:
        layout=pattern_of(config["source_inversion"]["layouts"]),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=buildings_of,
        code=code_of("draw_surrogate"),
    script:
        "../scripts/draw_surrogate.py"
