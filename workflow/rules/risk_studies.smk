"""Designs of one experiment by expected utility and its variance: mean_variance 4.1 and 4.2.

Inputs: a study of the configuration with method: risk; of a black box <results>/{study}/runs.nc.
Outputs: <results>/{study}/utility.nc, convergence.nc, outcomes.nc, utility_map.nc,
optimisation_{experiments}.nc, risk_measures.nc, utilities.nc, sample_sizes.nc, and their figures in
<results>/figures/{study}/.
"""


rule estimate_utility:
    input:
        of_wildcards(targets.runs),
    output:
        "<results>/{study}/utility.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("nodes", "way", "samples", "runs", "quadrature_nodes", "aversions"),
    script:
        "../scripts/estimate_utility.py"


rule measure_convergence:
    output:
        "<results>/{study}/convergence.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "quadrature_nodes", "convergence"),
    script:
        "../scripts/measure_convergence.py"


rule simulate_outcomes:
    output:
        "<results>/{study}/outcomes.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("quadrature_nodes", "outcomes"),
    script:
        "../scripts/simulate_outcomes.py"


rule map_utility:
    output:
        "<results>/{study}/utility_map.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "aversions", "map"),
    script:
        "../scripts/map_utility.py"


rule optimise_design:
    output:
        "<results>/{study}/optimisation_{experiments}.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
        experiments=r"\d+",
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "optimisation"),
    script:
        "../scripts/optimise_design.py"


rule compare_risk_measures:
    input:
        of_wildcards(targets.runs),
    output:
        "<results>/{study}/risk_measures.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("nodes", "way", "samples", "quadrature_nodes", "risk"),
    script:
        "../scripts/compare_risk_measures.py"


rule measure_sample_sizes:
    output:
        "<results>/{study}/sample_sizes.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("sample_sizes"),
    script:
        "../scripts/measure_sample_sizes.py"


rule compare_utilities:
    input:
        of_wildcards(targets.runs),
    output:
        "<results>/{study}/utilities.nc",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("nodes", "way", "samples", "quadrature_nodes", "aversions"),
    script:
        "../scripts/compare_utilities.py"


rule draw_utility:
    input:
        "<results>/{study}/utility.nc",
    output:
        report(
            "<results>/figures/{study}/utility.png",
            category="{study}",
            caption="../report/utility.rst",
        ),
        "<results>/figures/{study}/utility.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_utility.py"


rule draw_convergence:
    input:
        "<results>/{study}/convergence.nc",
    output:
        report(
            "<results>/figures/{study}/convergence.png",
            category="{study}",
            caption="../report/convergence.rst",
        ),
        "<results>/figures/{study}/convergence.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_convergence.py"


rule draw_outcomes:
    input:
        "<results>/{study}/outcomes.nc",
    output:
        report(
            "<results>/figures/{study}/outcomes.png",
            category="{study}",
            caption="../report/outcomes.rst",
        ),
        "<results>/figures/{study}/outcomes.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_outcomes.py"


rule draw_utility_map:
    input:
        "<results>/{study}/utility_map.nc",
    output:
        report(
            "<results>/figures/{study}/utility_map.png",
            category="{study}",
            caption="../report/utility_map.rst",
        ),
        "<results>/figures/{study}/utility_map.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_utility_map.py"


rule draw_optimisation:
    input:
        of_wildcards(targets.optimisations),
    output:
        report(
            "<results>/figures/{study}/optimisation.png",
            category="{study}",
            caption="../report/optimisation.rst",
        ),
        "<results>/figures/{study}/optimisation.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_optimisation.py"


rule draw_risk_measures:
    input:
        "<results>/{study}/risk_measures.nc",
    output:
        report(
            "<results>/figures/{study}/risk_measures.png",
            category="{study}",
            caption="../report/risk_measures.rst",
        ),
        "<results>/figures/{study}/risk_measures.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_risk_measures.py"


rule draw_sample_sizes:
    input:
        "<results>/{study}/sample_sizes.nc",
    output:
        report(
            "<results>/figures/{study}/sample_sizes.png",
            category="{study}",
            caption="../report/sample_sizes.rst",
        ),
        "<results>/figures/{study}/sample_sizes.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_sample_sizes.py"


rule draw_utilities:
    input:
        "<results>/{study}/utilities.nc",
    output:
        report(
            "<results>/figures/{study}/utilities.png",
            category="{study}",
            caption="../report/utilities.rst",
        ),
        "<results>/figures/{study}/utilities.pdf",
    wildcard_constraints:
        study=pattern_of(studies.of_method("risk")),
    script:
        "../scripts/draw_utilities.py"
