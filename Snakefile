"""Bayesian experimental design under model error: studies, figures and a scorecard of published claims."""

from snakemake.utils import min_version

min_version("9.19")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/files.smk"


check_config()
shell.prefix(JOB_ENVIRONMENT)


wildcard_constraints:
    study="[a-z][a-z0-9_]*",
    variant="[a-z][a-z0-9_]*",
    stage="[0-9]+",
    sweep="[a-z][a-z0-9_]*",
    case="[a-z0-9_-]+",
    size="[a-z][a-z0-9_]*",
    layout="[a-z][a-z0-9_]*",


rule all:
    input:
        collect("<results>/{file}", file=["claims.html", "figures/plume.png"]),
        [study_files(study) for study in config["plume_studies"]],
        [active_files(study) for study in config["active_studies"]],
        [sweep_files(sweep) for sweep in config["sweeps"]],
        scaling_files(),
        method_files(),
        [risk_study_files(study) for study in config["risk_studies"]],
        surrogate_files(),
        source_inversion_files(),


include: "workflow/rules/targets.smk"
include: "workflow/rules/plume.smk"
include: "workflow/rules/plume_studies.smk"
include: "workflow/rules/joint.smk"
include: "workflow/rules/active.smk"
include: "workflow/rules/agreement.smk"
include: "workflow/rules/method_comparison.smk"
include: "workflow/rules/gains.smk"
include: "workflow/rules/sweeps.smk"
include: "workflow/rules/risk_studies.smk"
include: "workflow/rules/surrogate.smk"
include: "workflow/rules/source_inversion.smk"
include: "workflow/rules/source_inversion_figures.smk"
include: "workflow/rules/scaling.smk"
include: "workflow/rules/networks.smk"
include: "workflow/rules/benchmarks.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/claims.smk"
