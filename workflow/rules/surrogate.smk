"""The network in place of the diffusion solver: data, training, validation, cost.

Inputs: the block source_inversion of the configuration.
Outputs: <results>/surrogate/{layout}/training.nc, surrogate.nc, validation.nc and speed.nc,
<results>/figures/surrogate/{layout}.png and .pdf.
"""


rule simulate_training_data:
    output:
        "<results>/surrogate/{layout}/training.nc",
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("solver", "training"),
    script:
        "../scripts/simulate_training_data.py"


rule train_surrogate:
    input:
        "<results>/surrogate/{layout}/training.nc",
    output:
        "<results>/surrogate/{layout}/surrogate.nc",
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("surrogate"),
    script:
        "../scripts/train_surrogate.py"


rule validate_surrogate:
    input:
        training="<results>/surrogate/{layout}/training.nc",
        surrogate="<results>/surrogate/{layout}/surrogate.nc",
    output:
        "<results>/surrogate/{layout}/validation.nc",
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_blocks("noise", "cells", "prior_nodes", "validation"),
    script:
        "../scripts/validate_surrogate.py"


rule time_sensor_models:
    input:
        "<results>/surrogate/{layout}/surrogate.nc",
    output:
        "<results>/surrogate/{layout}/speed.nc",
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_blocks("cells", "solver", "prior_nodes", "sensors"),
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
    params:
        buildings=of_wildcards(sensors.buildings),
    script:
        "../scripts/draw_surrogate.py"
