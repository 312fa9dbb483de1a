"""Figures of the source inversion, as PNG and PDF.

Inputs: the netCDF files of source_inversion.smk.
Outputs: <results>/figures/source_inversion/….
"""


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
        case=pattern_of(one_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=buildings_of,
        code=code_of("draw_sensor_map"),
    script:
        "../scripts/draw_sensor_map.py"


rule draw_layouts:
    input:
        collect("<results>/source_inversion/{case}/utility.nc", case=one_sensor_cases()),
    output:
        report(
            "<results>/figures/source_inversion/one_sensor/layouts.png",
            category="Source inversion",
            caption="../report/layouts.rst",
        ),
        "<results>/figures/source_inversion/one_sensor/layouts.pdf",
    log:
        "<results>/logs/figures/source_inversion/one_sensor/layouts.log",
    benchmark:
        "<results>/timings/figures/source_inversion/one_sensor/layouts.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        layouts={name: config["source_inversion"]["layouts"][name] for name in one_sensor_cases().values()},
        code=code_of("draw_layouts"),
    script:
        "../scripts/draw_layouts.py"


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
        case=pattern_of(two_sensor_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=buildings_of,
        code=code_of("draw_sensor_pairs"),
    script:
        "../scripts/draw_sensor_pairs.py"


rule draw_sensor_search:
    input:
        search="<results>/source_inversion/{case}/search.nc",
    output:
        report(
            "<results>/figures/source_inversion/{case}/search.png",
            category="Source inversion",
            caption="../report/sensor_search.rst",
        ),
        "<results>/figures/source_inversion/{case}/search.pdf",
    log:
        "<results>/logs/figures/source_inversion/{case}/search.log",
    benchmark:
        "<results>/timings/figures/source_inversion/{case}/search.tsv"
    wildcard_constraints:
        case=pattern_of(searched_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=buildings_of,
        near=lookup("source_inversion/searches/near", within=config),
        reference=lambda wildcards: "best of the map" if sensors_in(wildcards.case) == 1 else "best random pair",
        code=code_of("draw_sensor_search"),
    script:
        "../scripts/draw_sensor_search.py"


rule draw_sensor_outcomes:
    input:
        "<results>/source_inversion/{case}/outcomes.nc",
    output:
        report(
            "<results>/figures/source_inversion/{case}/outcomes.png",
            category="Source inversion",
            caption="../report/sensor_outcomes.rst",
        ),
        "<results>/figures/source_inversion/{case}/outcomes.pdf",
    log:
        "<results>/logs/figures/source_inversion/{case}/outcomes.log",
    benchmark:
        "<results>/timings/figures/source_inversion/{case}/outcomes.tsv"
    wildcard_constraints:
        case=pattern_of(searched_cases()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=buildings_of,
        code=code_of("draw_sensor_outcomes"),
    script:
        "../scripts/draw_sensor_outcomes.py"


rule draw_front:
    input:
        "<results>/source_inversion/fronts/{layout}.nc",
    output:
        report(
            "<results>/figures/source_inversion/fronts/{layout}.png",
            category="Source inversion",
            caption="../report/front.rst",
        ),
        "<results>/figures/source_inversion/fronts/{layout}.pdf",
    log:
        "<results>/logs/figures/source_inversion/fronts/{layout}.log",
    benchmark:
        "<results>/timings/figures/source_inversion/fronts/{layout}.tsv"
    wildcard_constraints:
        layout=pattern_of(two_sensor_cases().values()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        buildings=buildings_of,
        code=code_of("draw_front"),
    script:
        "../scripts/draw_front.py"
