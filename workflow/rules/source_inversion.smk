"""Sensors that shall find a source of contaminant in a diffusion field: mean_variance 4.3 and 4.4.

Inputs: the block source_inversion of the configuration.
Outputs: <results>/source_inversion/{case}/utility.nc and pairs.nc, <results>/figures/source_inversion/{case}/utility.png,
pairs.png and .pdf; the case is one_sensor or two_sensors in the open domain, with /{layout} in one with buildings.
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


rule search_sensor_pairs:
    output:
        "<results>/source_inversion/{case}/pairs.nc",
    log:
        "<results>/logs/source_inversion/{case}/pairs.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/pairs.tsv"
    wildcard_constraints:
        case="|".join(two_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=pair_settings,
        code=code_of("search_sensor_pairs"),
    script:
        "../scripts/search_sensor_pairs.py"


rule draw_sensor_pairs:
    input:
        "<results>/source_inversion/{case}/pairs.nc",
    output:
        report(
            "<results>/figures/source_inversion/{case}/pairs.png",
            category="Source inversion",
            caption="../report/sensor_pairs.rst",
        ),
        "<results>/figures/source_inversion/{case}/pairs.pdf",
    log:
        "<results>/logs/figures/source_inversion/{case}/pairs.log",
    benchmark:
        "<results>/timings/figures/source_inversion/{case}/pairs.tsv"
    wildcard_constraints:
        case="|".join(two_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=lambda wildcards: pair_settings(wildcards)["buildings"],
        code=code_of("draw_sensor_pairs"),
    script:
        "../scripts/draw_sensor_pairs.py"
