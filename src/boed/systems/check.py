"""What a described system does before anything is made with it: shapes, finiteness, gradients,
noise, time; for each a line of a page, with the cure where it fails.

findings = check.findings(settings, key)
check.page(findings)
"""

import logging
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.numerics import derivatives
from boed.systems.described import DescribedSystem, described
from boed.systems.design_region import DesignRegion
from boed.systems.model_file import ARGUMENTS, ModelFileError
from boed.timing import median_seconds, timed

LOG = logging.getLogger("boed")
# predictions that are looked at, as many as take so many seconds, and at how many designs
FEWEST, MOST, SECONDS = 200, 20_000, 10.0
DESIGNS, FEW = 20, 5
# where derivatives are compared, and by how much they may differ, of the largest of an output
POINTS, TOLERANCE = 5, 1e-3
REPEATS = 20
Drawn = Float[AnyArray, "draws parameters"]
Designs = Float[AnyArray, "designs coordinates"]
Outcome = tuple[bool, str]


class Finding(NamedTuple):
    """What was looked at, whether it is as it must be, and what was found."""

    what: str
    good: bool
    text: str


class Setting(NamedTuple):
    """A system with parameters and allowed designs to try, and how long one prediction takes."""

    system: DescribedSystem
    parameters: Drawn
    designs: Designs
    seconds: float


def findings(settings: dict, key: PRNGKeyArray) -> list[Finding]:
    """All that is found of the system of a study's settings; ends with what makes the rest
    impossible.
    """
    try:
        system = described(settings)
    except ValueError as error:
        return [Finding("description", False, str(error))]
    written = settings.get("file") or f"our function {settings['function']}"
    defined = [name for name in ARGUMENTS if name in system.model.functions]
    found = [Finding("description", True, f"{written} with {', '.join(defined)}")]
    looks = {"predict": compiled, "predict_with": corrected, "observe": true}
    if system.believed_missing:
        looks = {"predict_with": compiled, "observe": true}
    for what, look in looks.items():
        if look is compiled or what in system.model.functions:
            found.append(_looked(what, look, system, key))
    if not all(finding.good for finding in found):
        return found
    at = tried(system, key)
    for what, look in {"finite": finite, "noise": noisy, "gradient": slopes, "time": fast}.items():
        found.append(_looked(what, look, at))
    return found


def page(found: list[Finding]) -> str:
    """The findings, a line each."""
    lines = [f"{'ok' if good else 'FAILS':7}{what:14}{text}" for what, good, text in found]
    return "\n".join(lines) + "\n"


def _looked(what: str, look: Callable[..., Outcome], *arguments) -> Finding:
    """A finding; what the model raises is one too."""
    LOG.info("%s", what)
    try:
        return Finding(what, *look(*arguments))
    except (ValueError, TypeError, jax.errors.JAXTypeError) as error:
        return Finding(what, False, str(error).strip().splitlines()[0])


def compiled(system: DescribedSystem, key: PRNGKeyArray) -> Outcome:
    """Whether what predicts can be traced and returns the outputs, and how long compiling it
    takes.
    """
    parameters, design = system.parameters.prior.sample(key, 1)[0], _designs(system, key, 1)[0]
    seconds, _ = timed(lambda: jax.jit(system.predict)(parameters, design))
    outputs = ", ".join(system.outputs.names)
    return True, f"can be traced and gives {outputs}; compiled in {seconds:.2f} s"


def corrected(system: DescribedSystem, key: PRNGKeyArray) -> Outcome:
    """The same of `predict_with`, which is needed only where something is missing."""
    if system.missing is None:
        return True, "not used: the configuration names nothing that is `missing`"
    weights = system.missing.initialise(key)
    parameters, design = system.parameters.prior.sample(key, 1)[0], _designs(system, key, 1)[0]
    jax.block_until_ready(jax.jit(system.predict_with)(parameters, weights, design))
    return True, f"can be traced, with {system.missing.count} weights"


def true(system: DescribedSystem, key: PRNGKeyArray) -> Outcome:
    """Whether the true system gives finite outputs at some designs."""
    designs = _designs(system, key, DESIGNS)
    observed = np.array([system.observe(design) for design in designs])
    bad = ~np.isfinite(observed).all(axis=1)
    if bad.any():
        named = _at(system.designs.names, designs[np.argmax(bad)])
        return False, f"{bad.sum()} of {len(bad)} designs give no finite outputs, as {named}"
    return True, f"gives finite outputs at {len(designs)} designs"


def tried(system: DescribedSystem, key: PRNGKeyArray) -> Setting:
    """Draws of the prior and designs, as many as can be predicted in some seconds."""
    designs, prior = _designs(system, key, DESIGNS), system.parameters.prior
    one, predict = prior.sample(key, 1)[0], jax.jit(system.predict)
    seconds = median_seconds(lambda: predict(one, designs[0]), REPEATS)
    count = int(np.clip(SECONDS / seconds, FEWEST, MOST)) // len(designs)
    return Setting(system, prior.sample(key, count), designs, seconds)


def finite(at: Setting) -> Outcome:
    """Whether all predictions over prior and designs are finite; else how many are not, and at
    which parameters.
    """
    predicted = _predictions(at)
    bad = ~np.isfinite(predicted).all(axis=-1)
    if bad.any():
        return False, not_finite(at, bad)
    ends = [
        f"{name} from {low:.3g} to {high:.3g} {'' if unit == '1' else unit}".strip()
        for name, unit, low, high in zip(
            *at.system.outputs, predicted.min((0, 1)), predicted.max((0, 1)), strict=True
        )
    ]
    return True, f"all of {bad.size} predictions over prior and designs: {', '.join(ends)}"


def require_finite(system: DescribedSystem) -> None:
    """Raise ModelFileError where some of a few predictions over the prior are not finite."""
    key = jax.random.key(0)
    designs, parameters = _designs(system, key, FEW), system.parameters.prior.sample(key, FEWEST)
    good, text = finite(Setting(system, parameters, designs, 0.0))
    if not good:
        raise ModelFileError(text)


def not_finite(at: Setting, bad: Bool[np.ndarray, "designs draws"]) -> str:
    """How many predictions are not finite, and the first parameters and design among them."""
    design, draw = np.argwhere(bad)[0]
    parameters = _at(at.system.parameters.names, at.parameters[draw])
    where = f"{parameters}; {_at(at.system.designs.names, at.designs[design])}"
    return str(
        at.system.predictor.error(
            f"{bad.sum()} of {bad.size} predictions over prior and designs are not finite, the "
            f"first at {where}: give the prior bounds, forbid such designs, or guard the function "
            "with jnp.where"
        )
    )


def noisy(at: Setting) -> Outcome:
    """Whether the noise's deviations are positive and finite at all predictions."""
    predicted = _predictions(at).reshape(-1, len(at.system.outputs.names))
    deviation = np.asarray(jax.vmap(at.system.noise.deviation)(predicted))
    if not (np.isfinite(deviation) & (deviation > 0)).all():
        return False, "deviations are not positive and finite at all predictions"
    ratio = np.median(predicted.std(axis=0) / np.median(deviation, axis=0))
    return True, (
        f"deviations {deviation.min():.3g} to {deviation.max():.3g}; predictions vary "
        f"{ratio:.3g} times as much"
    )


def slopes(at: Setting) -> Outcome:
    """Whether derivatives by parameters and design, in reverse mode, are those of differences."""
    system, there = at.system, at.system.designs
    names = (*system.parameters.names, *there.names)
    free = [candidates is None for candidates in there.candidates]
    compared = np.array([True] * len(system.parameters.names) + free)
    steps = np.r_[np.asarray(system.parameters.prior.deviation), there.upper - there.lower]
    errors, cut = derivatives.errors(system.predict, interior(at), steps)
    errors, cut = np.where(compared, errors, 0.0), cut & compared
    text = f"derivatives differ by {errors.max():.1e} from central differences"
    if errors.max() > TOLERANCE:
        text = f"{text}, of the largest, by {names[int(errors.argmax())]}"
    elif cut.any():
        text = f"derivatives by {names[int(cut.argmax())]} are 0, but outputs change with it"
    else:
        return True, text
    cure = "the function jumps or rounds, has a kink, or cuts its derivative (stop_gradient)"
    return False, str(system.predictor.error(f"{text}: {cure}"))


def interior(at: Setting) -> tuple[Drawn, Designs]:
    """Some parameters and designs, moved a little towards the middle, where small differences stay
    within the bounds.
    """
    prior, there = at.system.parameters.prior, at.system.designs
    middle, designs = (there.lower + there.upper) / 2, np.asarray(at.designs)
    moved = there.nearest(middle + 0.95 * (designs - middle))
    kept = np.where(there.allowed(moved)[:, None], moved, designs)[:POINTS]
    parameters = np.asarray(at.parameters[: len(kept)])
    return prior.mean + 0.95 * (parameters - prior.mean), kept


def fast(at: Setting) -> Outcome:
    """How long a compiled prediction takes, alone and among many."""
    predict = jax.jit(jax.vmap(at.system.predict, (0, None)))
    count = len(at.parameters)
    together = median_seconds(lambda: predict(at.parameters, at.designs[0]), REPEATS) / count
    return (
        True,
        f"{1e6 * at.seconds:.3g} µs one prediction, {1e6 * together:.3g} µs of {count} at once",
    )


def _predictions(at: Setting) -> Float[np.ndarray, "designs draws outputs"]:
    every = jax.vmap(jax.vmap(at.system.predict, (0, None)), (None, 0))
    return np.asarray(jax.jit(every)(at.parameters, at.designs))


def _designs(system: DescribedSystem, key: PRNGKeyArray, count: int) -> Designs:
    return random_designs(system.designs, key, count)


def random_designs(there: DesignRegion, key: PRNGKeyArray, count: int) -> Designs:
    """Random allowed designs; ValueError where none of very many is allowed."""
    shares = np.asarray(jax.random.uniform(key, (1000 * count, len(there))))
    designs = there.nearest(there.lower + (there.upper - there.lower) * shares)
    kept = designs[there.allowed(designs)][:count]
    if not len(kept):
        raise ValueError("forbidden: no design outside the forbidden boxes was found at random")
    return kept


def _at(names: tuple[str, ...], values: Float[AnyArray, " values"]) -> str:
    return ", ".join(f"{name} = {float(v):.6g}" for name, v in zip(names, values, strict=True))
