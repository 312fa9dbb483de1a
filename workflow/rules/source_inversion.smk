"""Sensors that shall find a source of contaminant in a diffusion field: mean_variance 4.3 and 4.4.

Inputs: the block source_inversion of the configuration.
Outputs: <results>/source_inversion/{case}/utility.nc, <results>/figures/source_inversion/{case}/utility.png and .pdf; the
case is one_sensor in the open domain, one_sensor/{layout} in one with buildings.
"""


rule map_sensor:
    output:
        "<results>/source_inversion/{case}/utility.nc",
    log:
        "<results>/logs/source_inversion/{case}/utility.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/utility.tsv"
    wildcard_constraints:
        case="|".join(one_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_settings,
        code=code_of("map_sensor"),
    script:
        "../scripts/map_sensor.py"


rule draw_sensor_map:
    input:
        "<results>/source_inversion/{case}/utility.nc",
    output:
        report(
            "<results>/figures/source_inversion/{case}/utility.png",
            category="Source inversion",
            caption="../report/sensor_map.rst",
        ),
        "<results>/figures/source_inversion/{case}/utility.pdf",
    log:
        "<results>/logs/figures/source_inversion/{case}/utility.log",
    benchmark:
        "<results>/timings/figures/source_inversion/{case}/utility.tsv"
    wildcard_constraints:
        case="|".join(one_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=lambda wildcards: sensor_settings(wildcards)["buildings"],
        code=code_of("draw_sensor_map"),
    script:
        "../scripts/draw_sensor_map.py"
