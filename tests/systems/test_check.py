"""The page before a run: a good model passes, and each fault is found and named."""

import re

import jax
import pytest
from model_files import ONE, PHARMACOKINETICS, linear, written

from boed.systems import check

KEY = jax.random.key(3)
IMPORTS = "import jax\nimport jax.numpy as jnp\nimport numpy as np\n\n\n"
NAMED = "    theta, d = parameters['theta'], design['d']\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Fewer predictions than a user's page has."""
    monkeypatch.setattr(check, "MOST", 2000)


def found_of(folder, line, changes=None):
    """{what: finding} of a model whose `predict` ends with this line."""
    text = f"{IMPORTS}def predict(parameters, design):\n{NAMED}    {line}\n"
    settings = ONE | {"file": str(written(folder, text))} | (changes or {})
    return {finding.what: finding for finding in check.findings(settings, KEY)}


@pytest.mark.parametrize("settings", [PHARMACOKINETICS, linear()], ids=["file", "function"])
def test_a_good_model_passes(settings):
    found = check.findings(settings, KEY)
    names = ["description", "predict", "finite", "noise", "gradient", "time"]
    assert [finding.what for finding in found] == names
    assert all(finding.good for finding in found), check.page(found)
    page = check.page(found)
    assert page.count("\n") == len(found)
    assert re.search(r"differ by \d.\de-\d+ from central", page)


def test_ranges_are_in_the_configurations_units():
    (finite,) = (one for one in check.findings(PHARMACOKINETICS, KEY) if one.what == "finite")
    assert "concentration from " in finite.text
    assert finite.text.endswith("mg/L")


def test_what_cannot_be_read_or_traced_ends_the_page(tmp_path):
    found = found_of(tmp_path, "return np.exp(theta)")
    assert list(found) == ["description", "predict"]
    assert not found["predict"].good
    assert "model.py, line 8" in found["predict"].text
    missing = check.findings(ONE | {"file": str(tmp_path / "none.py")}, KEY)
    assert [(one.what, one.good) for one in missing] == [("description", False)]
    assert "none.py: no such file" in missing[0].text


def test_how_many_predictions_are_not_finite_and_where(tmp_path):
    found = found_of(tmp_path, "return jnp.sqrt(theta) + d")
    text = found["finite"].text
    assert not found["finite"].good
    count, total = map(int, re.search(r"predict: (\d+) of (\d+) predictions", text).groups())
    assert total == 2000
    assert 0.4 < count / total < 0.6
    assert "not finite, the first at theta = -" in text
    assert "; d = " in text


def test_where_it_is_forbidden_a_model_and_its_truth_may_fail(tmp_path):
    text = (
        f"{IMPORTS}def predict(parameters, design):\n{NAMED}"
        "    return theta * jnp.where(d < 0.5, jnp.nan, d)\n\n\n"
        "def observe(design):\n    return predict({'theta': 1.0}, design)\n"
    )
    settings = ONE | {"file": str(written(tmp_path, text)), "forbidden": [{"d": [0.0, 0.6]}]}
    found = check.findings(settings, KEY)
    assert all(finding.good for finding in found), check.page(found)
    assert "FAILS  observe" in check.page(check.findings(settings | {"forbidden": []}, KEY))


def test_noise_that_is_nowhere_or_not_positive(tmp_path):
    text = (
        f"{IMPORTS}def predict(parameters, design):\n{NAMED}    return theta\n\n\n"
        "def spread(prediction):\n    return prediction\n"
    )
    settings = ONE | {"file": str(written(tmp_path, text)), "noise": {"function": "spread"}}
    found = {finding.what: finding for finding in check.findings(settings, KEY)}
    assert found["finite"].good
    assert not found["noise"].good
    assert "not positive and finite" in found["noise"].text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "return jax.lax.stop_gradient(theta) * d",
            "central differences, of the largest, by theta",
        ),
        ("return jnp.round(20 * theta) / 20 + d", "by theta are 0, but outputs change with it"),
        ("return theta + jnp.floor(d * 1e4)", "differences, of the largest, by d"),
    ],
)
def test_a_derivative_that_is_not_that_of_differences(tmp_path, line, words):
    found = found_of(tmp_path, line)
    assert not found["gradient"].good
    assert words in found["gradient"].text
    assert "model.py, line 6: predict: " in found["gradient"].text
    assert found["time"].good


def test_a_loop_without_reverse_mode_is_named(tmp_path):
    line = "return jax.lax.while_loop(lambda x: x < 1.0, lambda x: x + d + 0.1, theta)"
    found = found_of(tmp_path, line)
    assert found["finite"].good
    assert not found["gradient"].good
    assert "while_loop" in found["gradient"].text


def test_no_gradient_is_asked_for_between_candidates(tmp_path):
    found = found_of(
        tmp_path, "return theta + jnp.floor(d)", {"designs": {"d": {"candidates": [0.0, 1.0, 2.0]}}}
    )
    assert found["gradient"].good, found["gradient"].text


def test_the_true_system_and_the_corrected_model_are_looked_at_where_they_are(tmp_path):
    text = (
        f"{IMPORTS}def predict(parameters, design):\n{NAMED}    return theta * d\n\n\n"
        "def predict_with(parameters, design, missing):\n    return missing(design['d'])\n\n\n"
        "def observe(design):\n    return jnp.log(design['d'] - 0.5)\n"
    )
    network = {"network": {"inputs": 1, "hidden": 2, "depth": 1}}
    settings = ONE | {"file": str(written(tmp_path, text)), "missing": network}
    found = {finding.what: finding for finding in check.findings(settings, KEY)}
    assert found["predict_with"].text == "can be traced, with 7 weights"
    assert not found["observe"].good
    assert "designs give no finite outputs, as d = 0." in found["observe"].text
