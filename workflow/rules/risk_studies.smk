"""Designs of one experiment by expected utility and its variance: mean_variance 4.1 and 4.2.

Inputs: a block of risk_studies of the configuration.
Outputs: <results>/{study}/utility.nc, convergence.nc, outcomes.nc, utility_map.nc, optimisation_{coordinates}.nc,
risk_measures.nc, utilities.nc, sample_sizes.nc, and their figures in <results>/figures/{study}/.
"""


rule estimate_utility:
    output:
        "<results>/{study}/utility.nc",
    log:
        "<results>/logs/{study}/utility.log",
    benchmark:
        "<results>/timings/{study}/utility.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "samples", "runs", "quadrature_nodes", "aversions"),
        code=code_of("estimate_utility"),
    script:
        "../scripts/estimate_utility.py"


rule measure_convergence:
    output:
        "<results>/{study}/convergence.nc",
    log:
        "<results>/logs/{study}/convergence.log",
    benchmark:
        "<results>/timings/{study}/convergence.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "quadrature_nodes", "convergence"),
        code=code_of("measure_convergence"),
    script:
        "../scripts/measure_convergence.py"


rule simulate_outcomes:
    output:
        "<results>/{study}/outcomes.nc",
    log:
        "<results>/logs/{study}/outcomes.log",
    benchmark:
        "<results>/timings/{study}/outcomes.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("quadrature_nodes", "outcomes"),
        code=code_of("simulate_outcomes"),
    script:
        "../scripts/simulate_outcomes.py"


rule map_utility:
    output:
        "<results>/{study}/utility_map.nc",
    log:
        "<results>/logs/{study}/utility_map.log",
    benchmark:
        "<results>/timings/{study}/utility_map.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "aversions", "map"),
        code=code_of("map_utility"),
    script:
        "../scripts/map_utility.py"


rule optimise_design:
    output:
        "<results>/{study}/optimisation_{coordinates}.nc",
    log:
        "<results>/logs/{study}/optimisation_{coordinates}.log",
    benchmark:
        "<results>/timings/{study}/optimisation_{coordinates}.tsv"
    wildcard_constraints:
        study=risk_study_names(),
        coordinates="[12]",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "optimisation"),
        code=code_of("optimise_design"),
    script:
        "../scripts/optimise_design.py"


rule compare_risk_measures:
    output:
        "<results>/{study}/risk_measures.nc",
    log:
        "<results>/logs/{study}/risk_measures.log",
    benchmark:
        "<results>/timings/{study}/risk_measures.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "samples", "quadrature_nodes", "risk"),
        code=code_of("compare_risk_measures"),
    script:
        "../scripts/compare_risk_measures.py"


rule measure_sample_sizes:
    output:
        "<results>/{study}/sample_sizes.nc",
    log:
        "<results>/logs/{study}/sample_sizes.log",
    benchmark:
        "<results>/timings/{study}/sample_sizes.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("sample_sizes"),
        code=code_of("measure_sample_sizes"),
    script:
        "../scripts/measure_sample_sizes.py"


rule compare_utilities:
    output:
        "<results>/{study}/utilities.nc",
    log:
        "<results>/logs/{study}/utilities.log",
    benchmark:
        "<results>/timings/{study}/utilities.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=risk_blocks("way", "samples", "quadrature_nodes", "aversions"),
        code=code_of("compare_utilities"),
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
    log:
        "<results>/logs/figures/{study}/utility.log",
    benchmark:
        "<results>/timings/figures/{study}/utility.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_utility"),
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
    log:
        "<results>/logs/figures/{study}/convergence.log",
    benchmark:
        "<results>/timings/figures/{study}/convergence.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_convergence"),
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
    log:
        "<results>/logs/figures/{study}/outcomes.log",
    benchmark:
        "<results>/timings/figures/{study}/outcomes.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_outcomes"),
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
    log:
        "<results>/logs/figures/{study}/utility_map.log",
    benchmark:
        "<results>/timings/figures/{study}/utility_map.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_utility_map"),
    script:
        "../scripts/draw_utility_map.py"


rule draw_optimisation:
    input:
        collect("<results>/{{study}}/optimisation_{coordinates}.nc", coordinates=[1, 2]),
    output:
        report(
            "<results>/figures/{study}/optimisation.png",
            category="{study}",
            caption="../report/optimisation.rst",
        ),
        "<results>/figures/{study}/optimisation.pdf",
    log:
        "<results>/logs/figures/{study}/optimisation.log",
    benchmark:
        "<results>/timings/figures/{study}/optimisation.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_optimisation"),
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
    log:
        "<results>/logs/figures/{study}/risk_measures.log",
    benchmark:
        "<results>/timings/figures/{study}/risk_measures.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_risk_measures"),
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
    log:
        "<results>/logs/figures/{study}/sample_sizes.log",
    benchmark:
        "<results>/timings/figures/{study}/sample_sizes.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_sample_sizes"),
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
    log:
        "<results>/logs/figures/{study}/utilities.log",
    benchmark:
        "<results>/timings/figures/{study}/utilities.tsv"
    wildcard_constraints:
        study=risk_study_names(),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_of("draw_utilities"),
    script:
        "../scripts/draw_utilities.py"
