"""Both hybrid methods on one problem with one budget of data: ad_eki 3.1.

Inputs: the block method_comparison of the configuration.
Outputs: <results>/method_comparison/{method}.nc and strength.nc,
<results>/figures/method_comparison.png and .pdf.
"""


rule run_method:
    output:
        "<results>/method_comparison/{method}.nc",
    wildcard_constraints:
        method=pattern_of(targets.methods()),
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seed=config["seed"],
        study=config["method_comparison"]["study"],
        settings=of_wildcards(parameters.method),
    script:
        "../scripts/run_method.py"


rule gather_methods:
    input:
        collect("<results>/method_comparison/{method}.nc", method=targets.methods()),
    output:
        "<results>/method_comparison/strength.nc",
    params:
        methods=targets.methods(),
    script:
        "../scripts/gather_methods.py"


rule draw_methods:
    input:
        "<results>/method_comparison/strength.nc",
    output:
        report(
            "<results>/figures/method_comparison.png",
            category="Methods",
            caption="../report/methods.rst",
        ),
        "<results>/figures/method_comparison.pdf",
    script:
        "../scripts/draw_methods.py"
