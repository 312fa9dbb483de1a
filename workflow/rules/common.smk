"""What all other files use: the checked configuration, a variant's settings, digests of a script's code.

Inputs: config, workflow/schemas/config.schema.yaml, the syntax trees of scripts and of src/boed.
Outputs: functions only, no rules.
"""

import os
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "src"))

from boed import claims, provenance
from boed.settings import SettingsError, check, resolve, without_nulls


def check_config():
    """End at once, before any job runs, if the configuration cannot run."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    try:
        check(config, schema)
    except SettingsError as error:
        raise WorkflowError(str(error)) from None
    config.update(without_nulls(config))


def code_of(script):
    """Digests of a script and of all it imports from boed: part of a rule's params, so that edits rerun it."""
    return provenance.closure_digests(ROOT / f"workflow/scripts/{script}.py", ROOT / "src/boed")


def settings_of(wildcards):
    """The study's settings, as its variant changes them; of the study itself where there is no variant."""
    study = config["plume_studies"][wildcards.study]
    if hasattr(wildcards, "variant"):
        return resolve(study, wildcards.variant)
    return {key: value for key, value in study.items() if key != "variants"}


def in_order(node):
    """The same settings with sorted keys: the order in which a file lists them must not rerun anything."""
    return {key: in_order(node[key]) for key in sorted(node)} if isinstance(node, dict) else node


def blocks(*names):
    """The named blocks of the settings, for a rule's params: its own part of the configuration and no more."""
    return lambda wildcards: in_order({name: settings_of(wildcards)[name] for name in names})


def network_shape(wildcards):
    """The architecture of the study's network."""
    network = settings_of(wildcards)["network"]
    return {"hidden": network["hidden"], "depth": network["depth"]}


def variants_of(study):
    """Names of a study's variants."""
    return list(config["plume_studies"][study]["variants"])


def corrected_variants(study):
    """Names of the variants that calibrate the network."""
    block = config["plume_studies"][study]
    return [variant for variant in block["variants"] if resolve(block, variant)["correct"]]


def stages_of(study, first=1):
    """Numbers of a study's stages from `first` on."""
    return range(first, len(config["plume_studies"][study]["times"]) + 1)


def final_beliefs(study, variant):
    """(stage, name of its last belief) of every stage of a variant."""
    corrected = variant in corrected_variants(study)
    return [(n, "corrected_belief" if corrected and n > 1 else "belief") for n in stages_of(study)]


def is_corrected(wildcards, stage):
    """Whether this variant calibrates its network in this stage: never in the first one."""
    return settings_of(wildcards)["correct"] and stage > 1


# One place for what a job's process needs: the library, as many XLA threads as the rule has, compiled kernels
# kept between jobs. Braces are doubled for Snakemake's formatting.
JOB_ENVIRONMENT = (
    f'export PYTHONPATH="{ROOT}/src" NPROC="$OMP_NUM_THREADS" PYTHONNOUSERSITE=1 MPLBACKEND=Agg '
    f'JAX_COMPILATION_CACHE_DIR="{ROOT}/.snakemake/jax" JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0.3; '
)
