"""Both hybrid methods on one problem with one budget of data: ad_eki 3.1.

Inputs: the block method_comparison of the configuration.
Outputs: <results>/method_comparison/{method}.nc and strength.nc, <results>/figures/method_comparison.png and .pdf.
"""


rule run_method:
    output:
        "<results>/method_comparison/{method}.nc",
    log:
        "<results>/logs/method_comparison/{method}.log",
    benchmark:
        "<results>/timings/method_comparison/{method}.tsv"
    wildcard_constraints:
        method=pattern_of(methods()),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        study=config["method_comparison"]["study"],
        settings=lambda wildcards: method_settings(wildcards.method),
        code=code_of("run_method"),
    script:
        "../scripts/run_method.py"


rule gather_methods:
    input:
        collect("<results>/method_comparison/{method}.nc", method=methods()),
    output:
        "<results>/method_comparison/strength.nc",
    log:
        "<results>/logs/method_comparison/strength.log",
    benchmark:
        "<results>/timings/method_comparison/strength.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        methods=methods(),
        code=code_of("gather_methods"),
    script:
        "../scripts/gather_methods.py"


rule draw_methods:
    input:
        "<results>/method_comparison/strength.nc",
    output:
        report("<results>/figures/method_comparison.png", category="Methods", caption="../report/methods.rst"),
        "<results>/figures/method_comparison.pdf",
    log:
        "<results>/logs/figures/method_comparison.log",
    benchmark:
        "<results>/timings/figures/method_comparison.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_methods"),
    script:
        "../scripts/draw_methods.py"
