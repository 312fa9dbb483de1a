"""Studies whose data are measured: what their configuration may be, and what their table says of
the files.
"""

import pytest
from described import MODEL, checked, refusal, sequential, write_model

from boed.config import overlays
from boed.config.measurement_table import Coordinate, Step
from boed.config.overlays import merged
from boed.config.rules.laboratory import Laboratory
from boed.config.rules.laboratory_files import LaboratoryFiles
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.stage_files import StageFiles
from boed.config.rules.studies import Studies
from boed.config.rules.targets import Targets

WITHOUT_TRUTH = MODEL.replace("def observe", "def _observe")
ROWS = "stage,kind,t,y\n1,physical,2.0,0.5\n2,physical,3.0,0.25\n"


@pytest.fixture
def study(tmp_path):
    """The smallest study of measurements, with changes."""
    path, table = write_model(tmp_path, WITHOUT_TRUTH), tmp_path / "data.csv"
    table.write_text(ROWS)

    def made(**changes):
        whole = sequential(path, measurements=str(table), variants={"only": {}})
        whole.pop("true_parameters")
        return merged(whole, changes)

    return made


def test_without_a_truth_utilities_are_predicted_and_there_is_one_replicate(study):
    found = overlays.resolve(checked(study()), "mine", "only")
    assert found["experiment"]["utility"] == "predicted"
    assert found["discrepancy_experiment"]["utility"] == "predicted"
    assert found["replicates"] == 1
    assert "true_parameters" not in found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"true_parameters": {"ka": 1.0, "ke": 0.1, "V": 20.0}}, "null with measurements: nobody"),
        ({"replicates": 8}, "replicates: got 8, accepts 1 with measurements"),
        ({"method": "active"}, "method: got 'active', accepts hybrid with measurements"),
        ({"variants": {"other": {}}}, "variants: got ['only', 'other'], accepts one with measure"),
        ({"experiment": {"utility": "measured"}}, "experiment.utility: got 'measured', accepts pr"),
        (
            {"variants": {"only": {"discrepancy_experiment": {"utility": "measured"}}}},
            "variants.only.discrepancy_experiment.utility: got 'measured', accepts predicted",
        ),
        ({"observation_noise": "none"}, "observation_noise: got 'none', accepts nothing with meas"),
        (
            {"discrepancy_experiment": {"ensembles": "carried"}},
            "discrepancy_experiment.ensembles: got 'carried', accepts fresh with measurements",
        ),
        ({"measurements": 3}, "measurements: got 3, accepts"),
    ],
)
def test_what_only_a_simulated_study_has_is_refused(study, changes, message):
    assert message in refusal(study(**changes))


def test_without_measurements_there_has_to_be_a_truth(study):
    whole = study()
    del whole["measurements"]
    assert "mine.true_parameters: got None, accepts a number for each of ka, ke, V" in refusal(
        whole
    )


def laboratory(study):
    return Laboratory(Studies(checked(study)))


def test_columns_are_the_designs_and_outputs_of_every_experiment(study):
    assert laboratory(study()).expected("mine").designs == (Coordinate("t", 0.0, 24.0),)
    twice = laboratory(study(experiments=2, outputs={"a": {"unit": "V"}, "b": {}}))
    expected = twice.expected("mine")
    assert [c.name for c in expected.designs] == ["t_1", "t_2"]
    assert expected.outputs == ("a_1", "b_1", "a_2", "b_2")
    # a design with candidates has no bounds
    whole = study()
    whole["designs"] = {"t": {"candidates": [4.0, 2.0, 8.0]}}
    own = laboratory(whole).expected("mine").designs
    assert own == (Coordinate("t", 2.0, 8.0, (2.0, 4.0, 8.0)),)


def test_the_table_says_what_comes_next_and_which_files_there_are(study, tmp_path):
    config = checked(study())
    studies = Studies(config)
    own = Laboratory(studies)
    files = LaboratoryFiles(own, StageFiles(studies, own))
    assert (studies.measured(), "mine" in studies.simulated()) == (["mine"], False)
    assert own.problems() == []
    assert own.next_step("mine") == Step(2, "discrepancy")
    assert own.next_parameters("mine") == {"stage": 2, "kind": "discrepancy"}
    prospects = "<results>/mine/only/stage_2/discrepancy_prospects.nc"
    assert files.next_inputs("mine") == {"prospects": prospects}
    drawn = files.drawn("mine")
    assert drawn["belief"] == "<results>/mine/only/stage_2/belief.nc"
    assert len(drawn["physical"]) == 2
    assert drawn["discrepancy"] == []
    first = own.file("mine", 1, "physical")
    assert first.startswith("<results>/mine/measured/stage_1_physical_")
    assert own.readings("mine", 1, "physical") == [
        {"design": [2.0], "outputs": [0.5], "deviations": [None]}
    ]
    # rows elsewhere in the file change nothing; another number is another file
    (tmp_path / "data.csv").write_text(ROWS.replace("1,", "\n1,", 1).replace("0.25", "0.3"))
    again = laboratory(study())
    assert again.file("mine", 1, "physical") == first
    assert again.file("mine", 2, "physical") != own.file("mine", 2, "physical")
    targets = Targets(studies, SensorCases(config["source_inversion"]))
    assert targets.study("mine") == ["<results>/mine/next.csv", "<results>/figures/mine/next.png"]


def test_a_table_that_cannot_be_used_is_said_before_any_job(study, tmp_path):
    (tmp_path / "data.csv").write_text(ROWS + "2,discrepancy,99,1\n")
    (problem,) = laboratory(study()).problems()
    assert problem.endswith("data.csv, line 4: t: got 99, accepts a number from 0 to 24")


def test_before_any_table_there_is_a_first_step(study, tmp_path):
    (tmp_path / "data.csv").unlink()
    own = laboratory(study())
    assert own.rows("mine") == []
    assert own.next_step("mine") == Step(1, "physical")
