"""Sensors that shall find a source of contaminant in a diffusion field: mean_variance 4.3 and 4.4.

Inputs: the block source_inversion of the configuration, <results>/surrogate/{layout}/surrogate.nc.
Outputs: <results>/source_inversion/{case}/exact.nc and utility.nc of one sensor, pairs.nc of two,
search.nc and outcomes.nc of both; fronts/{layout}.nc; one_sensor/ways.csv; their figures in
<results>/figures/source_inversion/. The case is one_sensor or two_sensors in the open domain, with
/{layout} in one with buildings.
"""


rule map_sensor:
    output:
        "<results>/source_inversion/{case}/exact.nc",
    wildcard_constraints:
        case=pattern_of(sensors.one_sensor()),
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        settings=sensor_blocks("noise", "cells", "prior_nodes", "sensors", "batch", "aversions"),
    script:
        "../scripts/map_sensor.py"


rule sample_sensor_map:
    input:
        exact="<results>/source_inversion/{case}/exact.nc",
        surrogate=of_wildcards(sensors.surrogate),
    output:
        "<results>/source_inversion/{case}/utility.nc",
    wildcard_constraints:
        case=pattern_of(sensors.one_sensor()),
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "batch", "samples", *sensors.model_blocks()),
    script:
        "../scripts/sample_sensor_map.py"


rule compare_ways:
    input:
        maps=collect("<results>/source_inversion/{case}/utility.nc", case=sensors.one_sensor()),
        exact=collect(
            "<results>/timings/source_inversion/{case}/exact.tsv", case=sensors.one_sensor()
        ),
        sampled=collect(
            "<results>/timings/source_inversion/{case}/utility.tsv", case=sensors.one_sensor()
        ),
        training=sensors.training_timings(),
    output:
        "<results>/source_inversion/one_sensor/ways.csv",
    params:
        layouts=sensors.layouts(),
    script:
        "../scripts/compare_ways.py"


rule sample_sensor_pairs:
    input:
        surrogate=of_wildcards(sensors.surrogate),
    output:
        "<results>/source_inversion/{case}/pairs.nc",
    wildcard_constraints:
        case=pattern_of(sensors.two_sensors()),
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "samples", "aversions", "pairs", *sensors.model_blocks()),
    script:
        "../scripts/sample_sensor_pairs.py"


rule search_sensors:
    input:
        surrogate=of_wildcards(sensors.surrogate),
        reference=of_wildcards(sensors.reference),
    output:
        "<results>/source_inversion/{case}/search.nc",
    wildcard_constraints:
        case=pattern_of(sensors.searched()),
    resources:
        mem_mb=3000,
        runtime=30,
    params:
        seed=config["seed"],
        sensors=of_wildcards(sensors_in),
        settings=sensor_blocks(
            "noise",
            "samples",
            "aversions",
            "searches",
            "cells",
            "prior_nodes",
            *sensors.model_blocks(),
        ),
    script:
        "../scripts/search_sensors.py"


rule simulate_sensor_outcomes:
    input:
        surrogate=of_wildcards(sensors.surrogate),
        search="<results>/source_inversion/{case}/search.nc",
    output:
        "<results>/source_inversion/{case}/outcomes.nc",
    wildcard_constraints:
        case=pattern_of(sensors.searched()),
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "outcomes", "prior_nodes", *sensors.model_blocks()),
    script:
        "../scripts/simulate_sensor_outcomes.py"


rule trace_front:
    input:
        exact=of_wildcards(sensors.exact_map),
        search=of_wildcards(sensors.pair_search),
    output:
        "<results>/source_inversion/fronts/{layout}.nc",
    wildcard_constraints:
        layout=pattern_of(sensors.two_sensor_layouts()),
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=sensor_blocks("noise", "cells", "prior_nodes", "sensors", "batch", "front"),
    script:
        "../scripts/trace_front.py"
