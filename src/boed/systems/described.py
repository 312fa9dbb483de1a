"""A system that the configuration describes: a function of named parameters and a named design, of
ours or of a user's file, with prior, noise and design region.

system = described(settings)
system.predict(parameters, design)
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference import gaussian_noise
from boed.inference.gaussian_noise import GaussianNoise
from boed.inference.priors import Prior
from boed.systems import analytic, design_region, model_file
from boed.systems.described_priors import parameters_of
from boed.systems.design_region import DesignRegion
from boed.systems.missing import Missing, MissingParameters, missing_network
from boed.systems.model_file import ModelFile, UserFunction
from boed.systems.quantities import believed, missing_in_belief

Vector = Float[AnyArray, " parameters"]
Design = Float[AnyArray, " coordinates"]
Observation = Float[AnyArray, " outputs"]


class Parameters(NamedTuple):
    """Names and units of the parameters, and their joint prior."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    prior: Prior


class Outputs(NamedTuple):
    """Names and units of what one experiment gives."""

    names: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class DescribedSystem:
    """Parameters (dim,) and a design (k,) → the outputs of one experiment, its noise and the prior;
    missing: what `predict_with` learns, None where nothing is; believed_missing: names of the
    parameters, the last ones, that are what `predict_with` is given as missing.
    """

    parameters: Parameters
    designs: DesignRegion
    outputs: Outputs
    noise: GaussianNoise
    model: ModelFile
    missing: Missing | None = None
    believed_missing: tuple[str, ...] = ()

    @property
    def predictor(self) -> UserFunction:
        """The function that `predict` calls."""
        return self.model.function("predict_with" if self.believed_missing else "predict")

    def predict(self, parameters: Vector, design: Design) -> Observation:
        """Noise-free data; ValueError for vectors of another length, ModelFileError for what goes
        wrong in the model.
        """
        function = self.predictor
        return as_outputs(function, function(*self._given(parameters, design)), self.outputs.names)

    def predict_with(
        self, parameters: Vector, weights: Float[AnyArray, " weights"], design: Design
    ) -> Observation:
        """Noise-free data of the model with what is missing in it, by its weights."""
        function = self.model.function("predict_with")
        if self.missing is None:
            raise function.error("the configuration does not say what is `missing`")
        missing = self.missing.given(weights)
        returned = function(*self._given(parameters, design), missing)
        return as_outputs(function, returned, self.outputs.names)

    def observe(self, design: Design) -> Observation:
        """Noise-free data of the true system."""
        function = self.model.function("observe")
        returned = function(_named("design", self.designs.names, design))
        return as_outputs(function, returned, self.outputs.names)

    def _given(self, parameters, design) -> tuple[dict[str, Scalar], ...]:
        """Parameters and design, and what is missing where it is among the parameters."""
        own = _named("parameters", self.parameters.names, parameters)
        place = _named("design", self.designs.names, design)
        missing = {name: own.pop(name) for name in self.believed_missing}
        return (own, place, missing) if missing else (own, place)


def described(settings: dict) -> DescribedSystem:
    """The system of a study's settings: `function` or `file`, `parameters`, `designs`, `noise`, and
    what else there is of it; by `joint` the parameters that are missing are parameters like others.

    Raises ValueError, a ModelFileError where it is the user's file that cannot run.
    """
    model, outputs = model_of(settings), settings.get("outputs") or {"y": {}}
    observed = Outputs(tuple(outputs), tuple(block.get("unit", "1") for block in outputs.values()))
    correlations, samples = settings.get("correlations"), settings.get("prior_samples")
    parameters = Parameters(*parameters_of(believed(settings), correlations, samples))
    held = tuple(missing_in_belief(settings))
    return DescribedSystem(
        parameters=parameters,
        designs=design_region.of_settings(settings["designs"], settings.get("forbidden")),
        outputs=observed,
        noise=noise_of(settings, model),
        model=model,
        missing=None if held else _missing(settings.get("missing") or {}),
        believed_missing=held,
    )


def model_of(settings: dict) -> ModelFile:
    """The user's file, or the file of ours with one of its functions as `predict`."""
    if "file" in settings:
        required = None if settings.get("black_box") else "predict"
        return model_file.load(settings["file"], required)
    name = settings["function"]
    if name not in analytic.FUNCTIONS:
        raise ValueError(
            f"function: no function {name!r}; there are {', '.join(analytic.FUNCTIONS)}"
        )
    return ModelFile(Path(analytic.__file__), {"predict": analytic.FUNCTIONS[name]})


def noise_of(settings: dict, model: ModelFile | None = None) -> GaussianNoise:
    """The noise of one experiment's outputs; model: the user's file, if it is loaded already."""
    block, outputs, function = settings["noise"], tuple(settings.get("outputs") or {"y": {}}), None
    if "function" in block:
        model = model or model_of(settings)
        function = Deviation(model.function(block["function"]), outputs)
    return gaussian_noise.of_settings(block, len(outputs), function)


def _missing(block: dict) -> Missing | None:
    """What the settings say is missing."""
    if "network" in block:
        return missing_network(block["network"])
    if "parameters" in block:
        return MissingParameters(*parameters_of(block["parameters"]))
    return None


@dataclass(frozen=True, eq=False)
class Deviation:
    """A user's function from noise-free data to the deviation of each output."""

    function: UserFunction
    outputs: tuple[str, ...]

    def __call__(self, prediction: Observation) -> Observation:
        """The deviations at a prediction."""
        return as_outputs(self.function, self.function(prediction), self.outputs)


def _named(
    what: str, names: tuple[str, ...], values: Float[AnyArray, " values"]
) -> dict[str, Scalar]:
    """{name: its number}; ValueError for another number of values than names."""
    if len(values) != len(names):
        raise ValueError(
            f"{what}: {len(values)} numbers for the {len(names)} of the configuration, "
            f"{', '.join(names)}"
        )
    return {name: values[index] for index, name in enumerate(names)}


def as_outputs(function: UserFunction, returned, names: tuple[str, ...]) -> Observation:
    """What a user's function returned as one vector of the named outputs.

    Raises ModelFileError where it is nothing of the kind, or holds more or fewer numbers.
    """
    try:
        values = jnp.asarray(returned)
        numbers = jnp.issubdtype(values.dtype, jnp.number) or values.dtype == bool
    except (TypeError, ValueError) as error:
        raise function.error(_not_numbers(returned)) from error
    if not numbers or jnp.issubdtype(values.dtype, jnp.complexfloating):
        raise function.error(f"returns {values.dtype} numbers: outputs are real numbers")
    if values.ndim > 1:
        raise function.error(
            f"returns an array of shape {values.shape}: return one number an output, at most one "
            "dimension"
        )
    if values.size != len(names):
        raise function.error(_miscounted(values, names))
    return jnp.atleast_1d(values).astype(float)


def _not_numbers(returned) -> str:
    """What is wrong with something that is no array of numbers."""
    if returned is None:
        return "returns nothing: it ends without `return`"
    kind = type(returned).__name__
    if isinstance(returned, list | tuple):
        shapes = [str(jnp.shape(part)) for part in returned if not isinstance(part, dict)]
        kind = f"{kind} of parts with shapes {', '.join(shapes)}"
    return f"returns a {kind}: return one number, or an array or a list of one number an output"


def _miscounted(values: AnyArray, names: tuple[str, ...]) -> str:
    """What is wrong with another number of outputs than the configuration names."""
    listed = f"`outputs` of the configuration: {', '.join(names)}"
    if values.ndim == 0:
        return (
            f"returns one number where there are {len(names)} {listed}: return them all, as "
            "jnp.stack([...])"
        )
    cure = "name every output there" if values.size > len(names) else "return every one of them"
    return f"returns {values.size} numbers for the {len(names)} {listed}: {cure}"
