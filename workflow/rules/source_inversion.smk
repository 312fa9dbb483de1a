"""Sensors that shall find a source of contaminant in a diffusion field: mean_variance 4.3 and 4.4.

Inputs: the block source_inversion of the configuration, <results>/surrogate/{layout}/surrogate.nc.
Outputs: <results>/source_inversion/{case}/exact.nc and utility.nc of one sensor, pairs.nc of two, search.nc and
outcomes.nc of both; fronts/{layout}.nc; one_sensor/ways.csv; their figures in <results>/figures/source_inversion/. The
case is one_sensor or two_sensors in the open domain, with /{layout} in one with buildings.
"""


rule map_sensor:
    output:
        "<results>/source_inversion/{case}/exact.nc",
    log:
        "<results>/logs/source_inversion/{case}/exact.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/exact.tsv"
    wildcard_constraints:
        case=pattern_of(one_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_blocks("noise", "cells", "prior_nodes", "sensors", "batch", "aversions"),
        code=code_of("map_sensor"),
    script:
        "../scripts/map_sensor.py"


rule sample_sensor_map:
    input:
        exact="<results>/source_inversion/{case}/exact.nc",
        surrogate=surrogate_input,
    output:
        "<results>/source_inversion/{case}/utility.nc",
    log:
        "<results>/logs/source_inversion/{case}/utility.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/utility.tsv"
    wildcard_constraints:
        case=pattern_of(one_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "batch", "samples", *model_blocks()),
        code=code_of("sample_sensor_map"),
    script:
        "../scripts/sample_sensor_map.py"


rule compare_ways:
    input:
        maps=collect("<results>/source_inversion/{case}/utility.nc", case=one_sensor_cases()),
        exact=collect("<results>/timings/source_inversion/{case}/exact.tsv", case=one_sensor_cases()),
        sampled=collect("<results>/timings/source_inversion/{case}/utility.tsv", case=one_sensor_cases()),
        training=training_timings(),
    output:
        "<results>/source_inversion/one_sensor/ways.csv",
    log:
        "<results>/logs/source_inversion/one_sensor/ways.log",
    benchmark:
        "<results>/timings/source_inversion/one_sensor/ways.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        layouts=list(one_sensor_cases().values()),
        code=code_of("compare_ways"),
    script:
        "../scripts/compare_ways.py"


rule sample_sensor_pairs:
    input:
        surrogate=surrogate_input,
    output:
        "<results>/source_inversion/{case}/pairs.nc",
    log:
        "<results>/logs/source_inversion/{case}/pairs.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/pairs.tsv"
    wildcard_constraints:
        case=pattern_of(two_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "samples", "aversions", "pairs", *model_blocks()),
        code=code_of("sample_sensor_pairs"),
    script:
        "../scripts/sample_sensor_pairs.py"


rule search_sensors:
    input:
        surrogate=surrogate_input,
        reference=reference_input,
    output:
        "<results>/source_inversion/{case}/search.nc",
    log:
        "<results>/logs/source_inversion/{case}/search.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/search.tsv"
    wildcard_constraints:
        case=pattern_of(searched_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        sensors=lambda wildcards: sensors_in(wildcards.case),
        settings=sensor_blocks("noise", "samples", "aversions", "searches", "cells", "prior_nodes", *model_blocks()),
        code=code_of("search_sensors"),
    script:
        "../scripts/search_sensors.py"


rule simulate_sensor_outcomes:
    input:
        surrogate=surrogate_input,
        search="<results>/source_inversion/{case}/search.nc",
    output:
        "<results>/source_inversion/{case}/outcomes.nc",
    log:
        "<results>/logs/source_inversion/{case}/outcomes.log",
    benchmark:
        "<results>/timings/source_inversion/{case}/outcomes.tsv"
    wildcard_constraints:
        case=pattern_of(searched_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "outcomes", "prior_nodes", *model_blocks()),
        code=code_of("simulate_sensor_outcomes"),
    script:
        "../scripts/simulate_sensor_outcomes.py"


rule trace_front:
    input:
        exact=lambda wildcards: f"<results>/source_inversion/{case_of('one_sensor', wildcards.layout)}/exact.nc",
        search=lambda wildcards: f"<results>/source_inversion/{case_of('two_sensors', wildcards.layout)}/search.nc",
    output:
        "<results>/source_inversion/fronts/{layout}.nc",
    log:
        "<results>/logs/source_inversion/fronts/{layout}.log",
    benchmark:
        "<results>/timings/source_inversion/fronts/{layout}.tsv"
    wildcard_constraints:
        layout=pattern_of(two_sensor_cases().values()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "cells", "prior_nodes", "sensors", "batch", "front"),
        code=code_of("trace_front"),
    script:
        "../scripts/trace_front.py"
