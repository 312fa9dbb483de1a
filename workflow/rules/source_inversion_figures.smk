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
    wildcard_constraints:
        case=pattern_of(sensors.one_sensor()),
    params:
        buildings=of_wildcards(sensors.buildings),
    script:
        "../scripts/draw_sensor_map.py"


rule draw_layouts:
    input:
        collect("<results>/source_inversion/{case}/utility.nc", case=sensors.one_sensor()),
    output:
        report(
            "<results>/figures/source_inversion/one_sensor/layouts.png",
            category="Source inversion",
            caption="../report/layouts.rst",
        ),
        "<results>/figures/source_inversion/one_sensor/layouts.pdf",
    params:
        layouts=sensors.buildings_by_layout(),
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
    wildcard_constraints:
        case=pattern_of(sensors.two_sensors()),
    params:
        buildings=of_wildcards(sensors.buildings),
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
    wildcard_constraints:
        case=pattern_of(sensors.searched()),
    params:
        buildings=of_wildcards(sensors.buildings),
        near=lookup("source_inversion/searches/near", within=config),
        reference=of_wildcards(sensors.reference_name),
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
    wildcard_constraints:
        case=pattern_of(sensors.searched()),
    params:
        buildings=of_wildcards(sensors.buildings),
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
    wildcard_constraints:
        layout=pattern_of(sensors.two_sensor_layouts()),
    params:
        buildings=of_wildcards(sensors.buildings),
    script:
        "../scripts/draw_front.py"
