"""AD-EKI design for networks larger than the papers': beyond ad_eki.

Inputs: the block networks of the configuration.
Outputs: <results>/networks/{size}.nc (its costs are a benchmark), <results>/figures/networks.png and .pdf.
"""


rule run_network_size:
    output:
        "<results>/networks/{size}.nc",
    log:
        "<results>/logs/networks/{size}.log",
    benchmark:
        "<results>/timings/networks/{size}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        seed=config["seed"],
        study=config["networks"]["study"],
        settings=lambda wildcards: network_size_settings(wildcards.size),
        point={key: config["scaling"][key] for key in ("time", "design", "centre", "repeats")},
        cost=config["networks"]["cost"],
        code=code_of("run_network_size"),
    script:
        "../scripts/run_network_size.py"


rule draw_networks:
    input:
        network_size_files(),
    output:
        report("<results>/figures/networks.png", category="Scaling", caption="../report/networks.rst"),
        "<results>/figures/networks.pdf",
    log:
        "<results>/logs/figures/networks.log",
    benchmark:
        "<results>/timings/figures/networks.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_networks"),
    script:
        "../scripts/draw_networks.py"
