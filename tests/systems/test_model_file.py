"""A user's file: what is read of it, and that every way to get it wrong ends with its file, the
function and the cure.
"""

import sys

import jax
import jax.numpy as jnp
import pytest
from model_files import ONE, written

from boed.systems import model_file
from boed.systems.described import described
from boed.systems.model_file import ModelFileError

GOOD = "def predict(parameters, design):\n    return parameters['theta'] * design['d']\n"


def message(call, *arguments):
    """What an error says."""
    with pytest.raises(ModelFileError) as caught:
        call(*arguments)
    return str(caught.value)


def of_text(folder, text):
    """What loading a file with this text says."""
    return message(model_file.load, written(folder, text))


def predicting(folder, body, settings=ONE):
    """What a traced prediction of a file says, whose `predict` has this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    imports = "import math\nimport numpy as np\nimport jax.numpy as jnp\n\n\n"
    named = "    theta, d = parameters['theta'], design['d']\n"
    text = f"{imports}def predict(parameters, design):\n{named}{lines}\n"
    system = described(settings | {"file": str(written(folder, text))})
    return message(jax.jit(system.predict), jnp.array([0.5]), jnp.array([0.5]))


def test_a_file_is_read_with_the_modules_beside_it_and_leaves_no_cache(tmp_path):
    written(tmp_path, "factor = 3.0\n", "beside.py")
    later = "from beside import factor\n\n\ndef shift(x):\n    return factor * x\n"
    written(tmp_path, later, "later.py")
    body = "    from later import shift\n    return shift(parameters)\n"
    text = f"import beside\n\n\ndef predict(parameters, design):\n{body}"
    path, before = written(tmp_path, text), list(sys.path)
    assert model_file.load(path).function("predict")(2.0, None) == 6.0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["beside.py", "later.py", "model.py"]
    assert sys.path == before


def test_a_file_that_was_edited_is_read_anew_with_what_lies_beside_it(tmp_path):
    path = written(tmp_path, "from beside import predict\n")
    for value in (1.0, 2.0):
        written(tmp_path, f"def predict(parameters, design):\n    return {value}\n", "beside.py")
        assert model_file.load(path).function("predict")({}, {}) == value


def test_a_missing_file(tmp_path):
    found = message(model_file.load, tmp_path / "none.py")
    assert "none.py: no such file" in found
    assert "relative to the folder that Snakemake runs in" in found
    other = written(tmp_path, GOOD, "model.txt")
    assert "whose name ends in .py" in message(model_file.load, other)


def test_a_syntax_error_names_its_line(tmp_path):
    found = of_text(tmp_path, "x = 1\ndef predict(parameters, design)\n    return 1\n")
    assert "model.py, line 2: expected ':': `def predict(parameters, design)`" in found


def test_what_goes_wrong_while_a_file_is_loaded(tmp_path):
    found = of_text(tmp_path, f"import no_such_package\n{GOOD}")
    assert "model.py, line 1 (`import no_such_package`): No module named" in found
    assert "put no_such_package.py beside the file" in found
    found = of_text(tmp_path, f"{GOOD}raise SystemExit(1)\n")
    assert "line 3 (`raise SystemExit(1)`)" in found
    assert 'if __name__ == "__main__":' in found


def test_a_function_that_is_not_there(tmp_path):
    found = of_text(tmp_path, "def predictions(parameters, design):\n    return 1\n")
    assert "model.py: no function `predict` (functions there: predictions)" in found
    assert "write `def predict(parameters, design)`" in found
    model = model_file.load(written(tmp_path, GOOD))
    assert "write `def spread(prediction)`" in message(model.function, "spread")


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("predict(parameters)", "2 arguments, parameters, design"),
        ("predict(ka, ke, V, t)", "2 arguments"),
        ("predict(design, parameters)", "2 arguments"),
        ("predict(parameters, design, *, dose)", "2 arguments"),
    ],
)
def test_a_wrong_signature(tmp_path, given, called):
    found = of_text(tmp_path, f"x = 0\n\n\ndef {given}:\n    return 1\n")
    assert f"model.py, line 4: predict: is called with {called}" in found
    assert f"`{given}` should be `def predict(parameters, design)`" in found
    observing = f"{GOOD}def observe():\n    return 1\n"
    assert "called with one argument, design" in of_text(tmp_path, observing)


def test_other_names_of_the_arguments_and_defaults_are_right(tmp_path):
    path = written(tmp_path, "def predict(theta, where, dose=2.0):\n    return dose\n")
    assert model_file.load(path).function("predict")({}, {}) == 2.0


def test_a_key_that_the_configuration_does_not_have(tmp_path):
    found = predicting(tmp_path, "return parameters['kz']")
    assert "model.py, line 8 (`return parameters['kz']`): predict: no 'kz'" in found
    assert "`parameters` has theta; `design` has d; names come from the configuration" in found


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("return np.exp(theta)", "use jax.numpy (`import jax.numpy as jnp`)"),
        ("return np.array([theta])", "use jax.numpy"),
        ("return math.exp(theta)", "functions of `math`"),
        ("return float(theta)", "`float`, `int`"),
        ("return theta if theta > 0 else d", "use jnp.where(condition, a, b)"),
        ("return max(theta, d)", "jnp.maximum"),
        ("return [1.0, 2.0][theta.astype(int)]", "use an array of jax.numpy"),
        ("return jnp.sum(jnp.ones(3)[jnp.ones(3) * d > 0])", "jnp.where(condition, values, 0.0)"),
        ("return undefined", "NameError: name 'undefined' is not defined"),
    ],
)
def test_what_cannot_be_traced_names_its_line_and_what_to_use_instead(tmp_path, line, cure):
    found = predicting(tmp_path, line)
    assert f"model.py, line 8 (`{line}`): predict: " in found
    assert cure in found


@pytest.mark.parametrize(
    ("line", "outputs", "words"),
    [
        ("return theta", "a b", "returns one number where there are 2 `outputs`"),
        ("return theta", "a b", "a, b: return them all, as jnp.stack([...])"),
        ("return [theta, d, d]", "a b", "returns 3 numbers for the 2 `outputs`"),
        ("return [theta, d]", "", "returns 2 numbers for the 1 `outputs`"),
        ("return [theta]", "a b", "return every one of them"),
        ("return jnp.ones((2, 2)) * d", "a b", "returns an array of shape (2, 2)"),
        ("theta * d", "", "returns nothing: it ends without `return`"),
        ("return {'y': theta}", "", "returns a dict: return one number"),
        ("return [theta, jnp.ones(2)]", "a b", "returns a list of parts with shapes (), (2,)"),
        ("return theta + 1j", "", "returns complex128 numbers: outputs are real numbers"),
    ],
)
def test_outputs_that_are_not_those_of_the_configuration(tmp_path, line, outputs, words):
    settings = ONE | ({"outputs": {name: {} for name in outputs.split()}} if outputs else {})
    found = predicting(tmp_path, line, settings)
    assert "model.py, line 6: predict: " in found
    assert words in found


def test_vectors_of_another_length(tmp_path):
    system = described(ONE | {"file": str(written(tmp_path, GOOD))})
    with pytest.raises(ValueError, match="design: 2 numbers for the 1 of the configuration, d"):
        system.predict(jnp.ones(1), jnp.ones(2))
    with pytest.raises(ValueError, match="parameters: 3 numbers for the 1 .*, theta"):
        system.predict(jnp.ones(3), jnp.ones(1))
