"""The scorecard: what a column measures, verdicts by hand, and the project's own lists."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import yaml

from boed.claims import metrics, published_runs, scorecard
from boed.claims.statistics import Bootstrap, Measured
from boed.config import lookup

BOOTSTRAP = Bootstrap(resamples=200, level=0.95, seed=0)
METRIC = {"file": "study/metrics.nc", "variable": "error", "statistic": "median"}
ENTRY = {
    "id": "x",
    "where": "Fig. 1",
    "claim": "c",
    "figure": "study/error.png",
    "threshold": {"at_most": 0.25, "reason": "near"},
    "ours": METRIC | {"select": {"variant": "plain", "stage": 1}},
}
PAPERS = ("ad_eki", "active_learning", "mean_variance")
LISTS = [Path(f"config/claims/{paper}.yaml") for paper in PAPERS]


@pytest.fixture
def datasets():
    values = np.array([[[0.1, 0.2], [0.3, 0.2], [0.1, 0.5]], [[0.2, 0.1], [0.1, 0.1], [0.05, 0.1]]])
    coordinates = {"variant": ["plain", "better"], "stage": [1, 2]}
    metrics = xr.Dataset({"error": (("variant", "replicate", "stage"), values)}, coords=coordinates)
    gains = xr.Dataset({"gain": (("replicate", "ensemble"), [[1.0, 3.0], [2.0, 4.0], [5.0, 5.0]])})
    losses = {"open": 0.1, "wall": 0.4}
    layouts = {f"{name}/map.nc": xr.Dataset({"loss": loss}) for name, loss in losses.items()}
    return {"study/metrics.nc": metrics, "study/gains.nc": gains} | layouts


def measured(datasets, **changes):
    metric = metrics.parse(METRIC | changes)
    return metrics.evaluate(metric, datasets, BOOTSTRAP).value


def judged(datasets, **changes):
    return scorecard.judge(scorecard.claim(ENTRY | changes, "paper"), datasets, BOOTSTRAP)


def test_a_metric_chooses_and_takes_the_distance_from_a_target(datasets):
    chosen = {"variant": "plain", "stage": 2}
    assert measured(datasets, select=chosen) == 0.2
    assert measured(datasets, select=chosen, target=0.25) == pytest.approx(0.05)


def test_members_of_an_ensemble_are_averaged_and_steps_summed(datasets):
    gains = {"file": "study/gains.nc", "variable": "gain"}
    assert measured(datasets, **gains) == 3.0
    assert measured(datasets, **gains, total="ensemble") == 6.0


def test_files_of_several_layouts_lie_side_by_side(datasets):
    layouts = {"file": "{layout}/map.nc", "variable": "loss", "over": {"layout": ["open", "wall"]}}
    assert metrics.parse(METRIC | layouts).files() == ["open/map.nc", "wall/map.nc"]
    assert measured(datasets, **layouts, statistic="greatest") == 0.4


def test_a_second_selection_is_compared_replicate_by_replicate_or_by_medians(datasets):
    two = {
        "select": {"variant": "better", "stage": 1},
        "against": {"select": {"variant": "plain", "stage": 1}},
    }
    assert measured(datasets, **two, relation="difference") == pytest.approx(-0.05)
    share = measured(datasets, **two, relation="ratio", statistic="share_below", bound=1.0)
    assert share == pytest.approx(2 / 3)
    assert measured(datasets, **two, statistic="ratio_of_medians") == pytest.approx(1.0)


def test_what_has_no_replicates_is_compared_with_each_of_them(datasets):
    one = {
        "select": {"variant": "plain", "stage": 1},
        "against": {"file": "open/map.nc", "variable": "loss", "select": {}},
    }
    for statistic, expected in (("median", 0.0), ("mean", 0.2 / 3)):
        found = measured(datasets, **one, relation="difference", statistic=statistic)
        assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"statistic": "mode"},
        {"selected": {}},
        {"relation": "ratio"},
        {"against": {"select": {}}},
        {"against": {"select": {}}, "relation": "sum"},
    ],
)
def test_a_metric_that_is_none_is_refused(changes):
    with pytest.raises(ValueError, match="claim x: "):
        scorecard.claim(ENTRY | {"ours": METRIC | changes}, "paper")


@pytest.mark.parametrize("changes", [{"variable": "eror"}, {"select": {"stag": 1}}])
def test_a_misspelt_variable_or_dimension_is_an_error_and_not_a_claim_not_run(datasets, changes):
    with pytest.raises(ValueError, match=r"claim x: study/metrics.nc has no (eror|stag)"):
        judged(datasets, ours=METRIC | changes)


@pytest.mark.parametrize(
    ("interval", "threshold", "expected"),
    [
        ((0.1, 0.2), {"at_most": 0.2}, "holds"),
        ((0.1, 0.3), {"at_most": 0.2}, "partly"),
        ((0.3, 0.4), {"at_most": 0.2}, "fails"),
        ((0.3, 0.4), {"at_least": 0.3}, "holds"),
        ((0.3, 0.4), {"at_least": 0.35}, "partly"),
        ((0.3, 0.4), {"at_least": 0.5}, "fails"),
        ((-1.1, -0.9), {"between": [-1.25, -0.75]}, "holds"),
        ((-1.5, -0.5), {"between": [-1.25, -0.75]}, "partly"),  # wider on both sides
        ((-1.5, -1.2), {"between": [-1.25, -0.75]}, "partly"),
        ((-0.7, -0.5), {"between": [-1.25, -0.75]}, "fails"),
    ],
)
def test_the_whole_interval_is_judged(interval, threshold, expected):
    low, high = interval
    assert scorecard.verdict(Measured((low + high) / 2, low, high, 20), threshold) == expected


def test_a_row_has_numbers_verdicts_and_links(datasets):
    row = judged(datasets, faithful=METRIC | {"select": {"variant": "plain", "stage": 2}})
    assert tuple(row) == scorecard.COLUMNS
    assert row["ours"].startswith("0.1 [0.1, ")
    assert (row["verdict_ours"], row["verdict_faithful"], row["verdict_printed"]) == (
        "partly",
        "partly",
        "",
    )
    assert row["threshold"] == "≤ 0.25: near"
    assert row["figure"] == "figures/study/error.png"
    assert judged(datasets, threshold={"at_most": 0.5, "reason": "near"})["verdict_ours"] == "holds"


def test_without_its_file_or_coordinate_a_column_is_not_run(datasets):
    assert judged({})["verdict_ours"] == "not run"
    row = judged(datasets, ours=METRIC | {"select": {"stage": 9}})
    assert (row["verdict_ours"], row["ours"]) == ("not run", "")


def test_a_failure_says_why_with_its_number(datasets):
    strict = {"threshold": {"at_most": 0.01, "reason": "near"}}
    why = {"text": "it is {value} later.", **METRIC, "select": {"variant": "plain", "stage": 2}}
    row = judged(datasets, **strict, because={"ours": why}, note="A note.")
    assert row["verdict_ours"] == "fails"
    assert re.fullmatch(r"A note\. ours: it is 0\.2 \[0\.2, 0\.5\] later\.", row["note"])
    lenient = {"threshold": {"at_most": 9, "reason": "r"}}
    assert "later" not in judged(datasets, **lenient, because={"ours": why})["note"]


def test_failures_without_a_reason_are_listed(datasets):
    strict = ENTRY | {"threshold": {"at_most": 0.01, "reason": "near"}}
    both = [
        scorecard.claim(strict, "p"),
        scorecard.claim(strict | {"because": {"ours": "so."}}, "p"),
    ]
    rows = [scorecard.judge(claim, datasets, BOOTSTRAP) for claim in both]
    assert scorecard.unexplained(both, rows) == ["x (ours)"]


def test_what_cannot_be_tested_says_so(datasets):
    row = judged(datasets, faithful={"cannot_be_tested": "no code."})
    assert (row["verdict_faithful"], row["faithful"], row["note"]) == (
        "cannot be tested",
        "",
        "faithful: no code.",
    )


@pytest.mark.parametrize(
    "threshold",
    [
        {"at_most": 1},
        {"at_most": 1, "at_least": 0, "reason": "r"},
        {"near": 1, "reason": "r"},
        {"reason": "r"},
    ],
)
def test_a_threshold_without_its_reason_or_bound_is_refused(threshold):
    with pytest.raises(ValueError, match="claim x: a threshold is a reason and one of"):
        scorecard.claim(ENTRY | {"threshold": threshold}, "paper")


def test_the_projects_lists_are_well_formed():
    listed = scorecard.read(LISTS)
    assert len({claim.id for claim in listed}) == len(listed) <= 60
    assert {path.stem for path in LISTS} == {claim.paper for claim in listed}
    assert {path.name for path in Path("config/claims").iterdir()} == {
        *(path.name for path in LISTS),
        "published_runs.yaml",
    }
    for claim in listed:
        assert claim.id.startswith(claim.paper + "-")
        assert len(claim.threshold["reason"]) > 20
        # shares are of replicates: a bound of 0 or 1 could not be missed, or not be met
        for metric in claim.columns.values():
            if isinstance(metric, metrics.Metric) and metric.statistic.startswith("share"):
                limits = [
                    claim.threshold[key] for key in scorecard.BOUNDS if key in claim.threshold
                ]
                assert 0 < limits[0] < 1, claim.id


def selections():
    """(file, dimension, chosen) of everything that the lists select."""
    sources = [run.source for run in published_runs.read("config/claims/published_runs.yaml")]
    for claim in scorecard.read(LISTS):
        every = [*claim.columns.values(), *(reason.metric for reason in claim.because.values())]
        for metric in every:
            if isinstance(metric, metrics.Metric):
                sources += [source for source in (metric.source, metric.against) if source]
    for source in sources:
        for dim, chosen in source.select.items():
            yield source, dim, chosen if isinstance(chosen, list) else [chosen]


def test_chosen_variants_stages_and_weights_are_in_the_configuration():
    config = yaml.safe_load(Path("config/config.yaml").read_text())
    studies = lookup.sequential(config)
    for source, dim, chosen in selections():
        study = source.file.split("/")[0]
        if dim == "variant":
            assert set(chosen) <= set(studies[study]["variants"]), source
        elif dim == "stage" and study in studies:
            assert max(chosen) <= len(studies[study]["times"]), source
        elif dim == "aversion":
            block = config | config["studies"]
            assert set(chosen) <= set(block[study]["aversions"]), source
        elif study == "sweeps" and dim in config["sweeps"][Path(source.file).stem]["axes"]:
            assert set(chosen) <= set(config["sweeps"][Path(source.file).stem]["axes"][dim]), source


@pytest.mark.slow
def test_the_workflow_makes_every_file_and_draws_every_figure_at_paper_scale():
    command = [Path(sys.executable).with_name("snakemake"), "all", "--dry-run", "--forceall"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    outputs = re.findall(r"^    output: (.*)$", done.stdout + done.stderr, re.MULTILINE)
    made = {name for line in outputs for name in line.split(", ")}
    listed = scorecard.read(LISTS)
    named = {file for claim in listed for file in claim.files()}
    named |= {f"figures/{figure}" for claim in listed for figure in claim.figure}
    runs = published_runs.read("config/claims/published_runs.yaml")
    named |= {file for run in runs for file in run.source.files()}
    assert sorted(name for name in named if f"results/{name}" not in made) == []
