"""Which file feeds which: functions from wildcards to paths.

Inputs: config, by way of the functions in common.smk.
Outputs: functions only.
"""


def stage_file(wildcards, stage, name):
    """A file of one stage of the job's variant."""
    return f"<results>/{wildcards.study}/{wildcards.variant}/stage_{stage}/{name}.nc"


def network_after(wildcards, stage):
    """The network as it stands after a stage; after stage 0 the pre-trained one."""
    if is_corrected(wildcards, stage):
        return stage_file(wildcards, stage, "network")
    return f"<results>/{wildcards.study}/pretrained_network.nc"


def belief_after(wildcards, stage):
    """The belief at the end of a stage: the corrected one where there is one."""
    return stage_file(wildcards, stage, "corrected_belief" if is_corrected(wildcards, stage) else "belief")


def claim_files():
    """Files that the claims name and this configuration can make; claims on others are `not run`."""
    entries = yaml.safe_load((ROOT / "config/claims.yaml").read_text(encoding="utf-8"))
    return sorted({claim.file for claim in claims.expand(entries) if can_make(claim.file)})


def can_make(file):
    """Whether a claim's file, study/…, belongs to this configuration: its study, variant and stage exist."""
    study, *rest = Path(file).parts
    if study not in config["plume_studies"]:
        return False
    if len(rest) == 1:
        return True
    chosen = config["plume_studies"][study]["gain_profile"]
    stage = int(rest[1].removeprefix("stage_")) if len(rest) == 3 else None
    return rest[0] in corrected_variants(study) and stage in (None, chosen["stage"])


def study_files(study):
    """Metrics, table and figures of one study."""
    figures = [f"<results>/figures/{study}/{name}.png" for name in ("location_error", "information_gain")]
    figures += [f"<results>/figures/{study}/posteriors_{variant}.png" for variant in variants_of(study)]
    figures += [f"<results>/figures/{study}/field_errors_{variant}.png" for variant in corrected_variants(study)]
    return [f"<results>/{study}/metrics.nc", f"<results>/{study}/table_1.csv", *figures]


def figure_files():
    """Every figure."""
    studies = [file for study in config["plume_studies"] for file in study_files(study)]
    return ["<results>/figures/plume.png", *(file for file in studies if file.endswith(".png"))]


def prior_input(wildcards):
    """The belief that a stage starts from; nothing in the first stage, whose prior is uniform."""
    stage = int(wildcards.stage)
    if stage == 1:
        return []
    if wildcards.kind == "uncalibrated":
        return stage_file(wildcards, stage - 1, "belief")
    return belief_after(wildcards, stage - 1)


def search_network_input(wildcards):
    """The network a physical design is chosen with; `uncalibrated`: that before the previous stage's calibration."""
    earlier = 2 if wildcards.kind == "uncalibrated" else 1
    return network_after(wildcards, int(wildcards.stage) - earlier)


def previous_experiment_input(wildcards):
    """The design that a stage's search starts from; nothing in the first stage."""
    stage = int(wildcards.stage)
    return stage_file(wildcards, stage - 1, "physical_experiment") if stage > 1 else []


def update_prior_input(wildcards):
    """What a belief is updated from: the stage's prior, or for a compound correction its first belief."""
    stage = int(wildcards.stage)
    if wildcards.belief == "corrected_belief" and settings_of(wildcards)["reupdate"] == "compound":
        return stage_file(wildcards, stage, "belief")
    return belief_after(wildcards, stage - 1) if stage > 1 else []


def update_network_input(wildcards):
    """The network a belief is updated with: the stage's own after its calibration."""
    stage = int(wildcards.stage)
    return network_after(wildcards, stage if wildcards.belief == "corrected_belief" else stage - 1)


def discrepancy_data_input(wildcards):
    """All discrepancy measurements up to this stage."""
    stages = range(2, int(wildcards.stage) + 1)
    return [stage_file(wildcards, stage, "discrepancy_measurement") for stage in stages]


def gain_profile_file(name):
    """A file of the variant and stage whose information gain the study profiles."""

    def path(wildcards):
        chosen = config["plume_studies"][wildcards.study]["gain_profile"]
        return f"<results>/{wildcards.study}/{chosen['variant']}/stage_{chosen['stage']}/{name}.nc"

    return path
