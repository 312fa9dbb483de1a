"""AD-EKI design for networks larger than the papers': beyond ad_eki.

Inputs: the block networks of the configuration.
Outputs: <results>/networks/{size}.nc (its costs are a benchmark), <results>/figures/networks.png
and .pdf.
"""


rule run_network_size:
    output:
        "<results>/networks/{size}.nc",
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        seed=config["seed"],
        study=config["networks"]["study"],
        settings=of_wildcards(parameters.network_size),
        point=parameters.gradient_point(),
        cost=config["networks"]["cost"],
    script:
        "../scripts/run_network_size.py"


rule draw_networks:
    input:
        targets.network_sizes(),
    output:
        report(
            "<results>/figures/networks.png", category="Scaling", caption="../report/networks.rst"
        ),
        "<results>/figures/networks.pdf",
    script:
        "../scripts/draw_networks.py"
