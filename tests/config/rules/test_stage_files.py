"""Which file of a sequential study feeds which."""

import json
from pathlib import Path

import pytest
import yaml

from boed.config.overlays import merged, without_nulls
from boed.config.rules.stage_files import StageFiles
from boed.config.rules.studies import Studies

PAPER = yaml.safe_load(Path("config/config.yaml").read_text())
SMOKE = without_nulls(merged(PAPER, yaml.safe_load(Path("config/smoke.yaml").read_text())))
STUDY = "structural_error"
STUDIES = Studies(SMOKE)
FILES = StageFiles(STUDIES)


def test_variants_and_stages_are_those_of_the_configuration():
    assert STUDIES.variants(STUDY) == ["robust", "printed", "uncorrected"]
    assert STUDIES.corrected_variants(STUDY) == ["robust", "printed"]
    assert STUDIES.stages(STUDY) == [1, 2, 3]
    assert STUDIES.stages(STUDY, first=2) == [2, 3]
    assert STUDIES.that_learn("strength") == ["parametric_error", "active_parametric"]
    assert STUDIES.field_variants("parametric_error") == []
    assert STUDIES.setting("truth/location", STUDY) == [0.25, 0.25]
    with pytest.raises(KeyError, match="not_there"):
        STUDIES.settings(STUDY, "not_there")


def test_a_stage_starts_from_what_the_one_before_left():
    assert FILES.network_before(STUDY, "robust", 3).endswith("robust/stage_2/network.nc")
    assert FILES.prior(STUDY, "robust", 3).endswith("robust/stage_2/corrected_belief.nc")
    assert FILES.previous_experiment(STUDY, "robust", 3).endswith("stage_2/physical_experiment.nc")


def test_the_first_stages_calibrate_nothing():
    """Stage 1 has no discrepancy design; stage 2 is the first whose network is its own."""
    start = f"<results>/{STUDY}/starting_weights/pretrained.nc"
    assert FILES.network_before(STUDY, "robust", 1) == start
    assert FILES.network_before(STUDY, "robust", 2) == start
    assert FILES.belief_after(STUDY, "robust", 1).endswith("stage_1/belief.nc")
    assert FILES.prior(STUDY, "robust", 1) == []
    assert FILES.previous_experiment(STUDY, "robust", 1) == []


def test_an_uncorrected_variant_keeps_the_weights_that_it_starts_from():
    start = f"<results>/{STUDY}/starting_weights/released.nc"
    assert FILES.networks(STUDY, "uncorrected") == [start] * 3
    assert FILES.discrepancy_experiments(STUDY, "uncorrected") == []
    assert FILES.beliefs(STUDY, "uncorrected")[-1].endswith("stage_3/belief.nc")


def test_a_calibration_reads_all_data_so_far():
    physical = FILES.physical_measurements(STUDY, "robust", 3)
    discrepancy = FILES.discrepancy_measurements(STUDY, "robust", 3)
    stages = [name.split("/")[3] for name in physical]
    assert stages == ["stage_1", "stage_2", "stage_3"]
    assert [name.split("/")[3] for name in discrepancy] == ["stage_2"]
    assert FILES.discrepancy_measurements(STUDY, "robust", 2) == []


def test_only_who_replaces_the_belief_reads_the_one_before_the_stage():
    assert FILES.correction_prior(STUDY, "robust", 2) == []
    assert FILES.correction_prior(STUDY, "printed", 2).endswith("printed/stage_1/belief.nc")


def test_metrics_gather_the_last_belief_of_every_stage_of_every_variant():
    beliefs = FILES.beliefs_of_variants(STUDY)
    assert len(beliefs) == 9
    assert [b.split("/")[2] for b in beliefs[::3]] == ["robust", "printed", "uncorrected"]
    assert [b.split("/")[-1] for b in beliefs[:3]] == ["belief.nc", *["corrected_belief.nc"] * 2]
    assert FILES.strengths(STUDY) == []
    strengths = FILES.strengths("parametric_error")
    assert [name.split("/")[-1] for name in strengths] == ["strength.nc", "network.nc"]


def test_what_designs_would_be_without_the_last_calibration():
    networks = FILES.uncalibrated_networks(STUDY, "robust")
    assert networks == [FILES.network_after(STUDY, "robust", 1)]
    priors = FILES.before_third("belief", STUDY, "robust")
    assert priors == [f"<results>/{STUDY}/robust/stage_2/belief.nc"]


def test_figures_look_at_the_stage_that_their_block_names():
    stage = SMOKE["studies"][STUDY]["gain_profile"]["stage"]
    path = FILES.of_block("gain_profile", "discrepancy_experiment", STUDY, "robust")
    assert path == f"<results>/{STUDY}/robust/stage_{stage}/discrepancy_experiment.nc"


def test_studies_whose_own_data_teach_the_model_keep_a_history():
    study = "active_structural"
    histories = [f"<results>/{study}/{v}/history.nc" for v in ("released", "informed")]
    assert FILES.histories(study) == histories
    assert FILES.compared_history(study) == histories[1]
    assert FILES.joint_design(study) == []
    assert FILES.joint_design("active_parametric").endswith("active_parametric/joint.nc")


def test_one_more_stage_feeds_on_the_last_and_leaves_the_others_alone():
    more = json.loads(json.dumps(SMOKE))
    more["studies"][STUDY]["times"].append(0.081)
    files = StageFiles(Studies(more))
    for stage in (1, 2, 3):
        assert files.prior(STUDY, "robust", stage) == FILES.prior(STUDY, "robust", stage)
    assert files.networks(STUDY, "robust")[:3] == FILES.networks(STUDY, "robust")
    assert files.prior(STUDY, "robust", 4).endswith("stage_3/corrected_belief.nc")
