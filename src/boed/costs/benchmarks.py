"""The kernels side by side with the straightforward way to the same number: seconds, memory, and
how far apart.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from boed.costs.profiling import cost, median_seconds
from boed.design import ad_eki
from boed.inference import ensembles, grid_belief
from boed.inference.divergence import basis, divergence
from boed.numerics.checkpointing import checkpointed, every_step
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment, plan_of
from boed.systems.plume.discrepancy_network import tanh_network
from boed.systems.plume.exact import gaussian_plume
from boed.systems.plume.reading_table import read, tabulate

TURN = 0.05


class Row(NamedTuple):
    """One line of the table; error: of the kernel, relative, against the baseline or what `setting`
    says.
    """

    kernel: str
    setting: str
    seconds: float
    baseline: str
    baseline_seconds: float
    ratio: float
    peak_mb: float
    error: float


class Way(NamedTuple):
    """A way to a number: its name, a function that can be compiled, its arguments."""

    name: str
    function: Callable
    arguments: tuple


def side_by_side(
    kernel: str, setting: str, ours: Way, other: Way, error: Callable, repeats: int
) -> Row:
    """Both ways in turn, medians a call; error: (what ours returns, what the other does) → number.

    A turn is a call, or as many as last TURN seconds: a kernel of a millisecond finds its cache
    filled, as in a search.
    """
    (spent, found), (_, expected) = (
        cost(way.function, *way.arguments, repeats=1) for way in (ours, other)
    )
    compiled = [jax.jit(way.function) for way in (ours, other)]
    for function, way in zip(compiled, (ours, other), strict=True):
        jax.block_until_ready(function(*way.arguments))
    taken = [[], []]
    for _ in range(repeats):
        for function, way, seconds in zip(compiled, (ours, other), taken, strict=True):
            seconds.append(_turn(lambda f=function, w=way: f(*w.arguments)))
    quick, slow = (float(np.median(seconds)) for seconds in taken)
    needed = (spent.peak_bytes - spent.held_bytes) / 1e6
    return Row(
        kernel,
        setting,
        quick,
        other.name,
        slow,
        slow / quick,
        needed,
        float(error(found, expected)),
    )


def _turn(run: Callable) -> float:
    """Seconds a call."""
    began, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - began < TURN:
        jax.block_until_ready(run())
        calls += 1
    return (time.perf_counter() - began) / calls


def relative(found, expected) -> float:
    """Greatest distance over the greatest expected value."""
    found, expected = np.asarray(found), np.asarray(expected)
    return np.abs(found - expected).max() / np.abs(expected).max()


def _study(settings: dict, **changes):
    """The inversion with changes to the block `plume`, and its moment at the benchmark's time."""
    study = inverse_problem.setup(settings | {"plume": settings["plume"] | changes})
    return study, jax.tree.map(jnp.asarray, study.plume.moment(settings["time"]))


def drawn(settings: dict):
    """Starting weights, and an ensemble with its perturbations around them."""
    block, key = settings["discrepancy_experiment"], jax.random.key(settings["seed"])
    shape = settings["network"]
    weights = tanh_network(shape["hidden"], shape["depth"]).initialise(
        key, shape["first_layer_scale"]
    )
    size = ensembles.Shape(block["members"], block["iterations"], outputs=1)
    return weights, ensembles.draw(key, weights, block["deviation"], size)


def _gradient(settings: dict, **changes) -> Way:
    """An AD-EKI gain with its gradient through a solver, as a function of design and ensemble."""
    study, moment = _study(settings, **changes)
    plan = plan_of(
        settings["discrepancy_experiment"], settings["discrepancy_experiment"]["iterations"]
    )

    def gradient(design, draw, iterate=every_step):
        experiment = discrepancy_experiment(
            study, moment, jnp.asarray(settings["centre"]), jnp.zeros(())
        )
        return ad_eki.value_and_gradient(design, experiment, draw, plan, iterate)

    _, draw = drawn(settings)
    return Way(str(changes), gradient, (jnp.asarray(settings["design"]), draw))


def _size(settings: dict) -> str:
    weights, _ = drawn(settings)
    block = settings["discrepancy_experiment"]
    return f"J = {block['members']}, K = {block['iterations']}, {weights.size} weights"


def reading(settings: dict) -> Row:
    """One solve and one reading of the true plume, against time stepping; the error is from the
    exact solution.
    """
    point, centre = jnp.asarray(settings["design"]), jnp.asarray(settings["truth"]["location"])
    ways = []
    for solver in ("propagator", "rollout"):
        study, moment = _study(settings, solver=solver)

        def field(point, s=study, m=moment):
            return s.plume.field(s.truth.source, m, centre, point[:1], point[1:])[0, 0]

        ways.append(Way(solver, field, (point,)))
    truth = settings["truth"]
    exact = gaussian_plume(
        np.asarray(point),
        settings["time"],
        centre,
        truth["strength"],
        truth["width"],
        study.plume.velocity,
    )
    cells = settings["plume"]["rollout"]["cells"]
    other = ways[1]._replace(name=f"rollout, {cells} x {cells} cells")
    error = lambda found, _: abs(float(found) / exact - 1)  # noqa: E731
    return side_by_side(
        "plume reading", "error from the exact solution", ways[0], other, error, settings["repeats"]
    )


def gradient_by_solver(settings: dict) -> Row:
    """An AD-EKI gradient through the propagator, against one through time stepping on the coarse
    grid.
    """
    rollout = settings["plume"]["rollout"] | settings["coarse"]
    stepped = _gradient(settings, solver="rollout", rollout=rollout)
    function = partial(stepped.function, iterate=checkpointed)
    theirs = Way(
        f"rollout, {rollout['cells']} x {rollout['cells']} cells", function, stepped.arguments
    )
    error = lambda found, expected: relative(found[0], expected[0])  # noqa: E731
    return side_by_side("AD-EKI gradient", _size(settings), _gradient(settings), theirs, error, 1)


def gradient_by_nodes(settings: dict) -> Row:
    """An AD-EKI gradient on the study's nodes in its precision, against the full grid in double
    precision.
    """
    block, reach = settings["plume"]["propagator"], settings["plume"]["propagator"]["length"] / 2
    edges, full = (
        np.linspace(-reach, reach, 26),
        settings | {"network": settings["network"] | {"precision": "double"}},
    )
    grid = block | {"panels": tuple(edges), "order": (6,) * 25}
    theirs = _gradient(full, propagator=grid)._replace(name="all 150 x 150 nodes, double precision")
    error = lambda found, expected: relative(found[0], expected[0])  # noqa: E731
    return side_by_side(
        "AD-EKI gradient", _size(settings), _gradient(settings), theirs, error, settings["repeats"]
    )


def belief_update(settings: dict) -> Row:
    """The likelihood of every cell from one solution, against a solution for every cell."""
    study, moment = _study(settings)
    weights, _ = drawn(settings)
    source, point = study.source(weights), jnp.asarray(settings["design"])
    tensor = jnp.stack(jnp.meshgrid(*study.cells, indexing="ij"), axis=-1)

    def once(point):
        return study.plume.over_centres(study.plume.solve(source, moment), point, *study.cells)

    def each(point):
        cell = lambda centre: study.plume.field(source, moment, centre, point[:1], point[1:])[0, 0]  # noqa: E731
        return jax.lax.map(cell, tensor.reshape(-1, 2)).reshape(tensor.shape[:2])

    theirs = Way("one solution a cell", each, (point,))
    setting = f"{tensor.shape[0]} x {tensor.shape[1]} cells"
    return side_by_side(
        "belief update", setting, Way("", once, (point,)), theirs, relative, settings["repeats"]
    )


def search_step(settings: dict) -> Row:
    """A position's information gain and its gradient from the search's table, against an evaluation
    of the plume.
    """
    study, moment = _study(settings)
    truth, design = study.plume.solve(study.truth.source, moment), jnp.asarray(settings["design"])
    lower, prior = design - 0.1, jnp.asarray(grid_belief.uniform(study.cells))
    table = tabulate(study.plume, truth, study.cells, lower, 0.2)

    def gain(predict):
        return jax.value_and_grad(
            lambda design: inverse_problem.measured_utility(
                study, inverse_problem.Experiment(truth, predict, jnp.zeros(())), design, prior
            )
        )

    ours = Way(
        "", gain(lambda design: read(study.plume, table, study.cells, lower, design)), (design,)
    )
    theirs = Way(
        "plume at every design",
        gain(lambda d: study.plume.over_centres(truth, d, *study.cells)),
        (design,),
    )
    setting = f"{study.cells.x.size} x {study.cells.y.size} cells, error of the gradient"
    error = lambda found, expected: relative(found[1], expected[1])  # noqa: E731
    return side_by_side(
        "position's gain and gradient", setting, ours, theirs, error, settings["repeats"]
    )


def ensemble_space(settings: dict) -> Row:
    """The divergence from how members are combined, against whitening the ensemble by its singular
    values.
    """
    members, parameters = settings["divergence"]["members"], settings["divergence"]["parameters"]
    ensemble = jax.random.normal(jax.random.key(settings["seed"]), (members, parameters))
    combination = 0.6 * jnp.eye(members) + 0.05 * jnp.sin(jnp.arange(members**2.0)).reshape(
        members, members
    )
    anomalies = ensemble - jnp.mean(ensemble, axis=0)
    posterior = jnp.mean(ensemble, axis=0) + combination @ anomalies

    def whitened(posterior, ensemble):
        """Eq. 7 in coordinates in which the prior ensemble has unit covariance."""
        mean = jnp.mean(ensemble, axis=0)
        _, singular, axes = jnp.linalg.svd(ensemble - mean, full_matrices=False)
        rank = min(members - 1, parameters)
        coordinates = (posterior - mean) @ axes[:rank].T * jnp.sqrt(members - 1) / singular[:rank]
        shift, covariance = jnp.mean(coordinates, axis=0), jnp.cov(coordinates.T)
        return 0.5 * (
            jnp.trace(covariance) - rank - jnp.linalg.slogdet(covariance)[1] + shift @ shift
        )

    ours = Way(
        "",
        lambda combination, ensemble: divergence(combination @ basis(ensemble)).total,
        (combination, ensemble),
    )
    theirs = Way("singular values of the ensemble", whitened, (posterior, ensemble))
    setting = f"J = {members}, {parameters} weights"
    return side_by_side("divergence", setting, ours, theirs, relative, settings["repeats"])


def _replicated(settings: dict, mapped: Callable) -> Way:
    """Gradients of all replicates in one compiled call."""
    way, count = _gradient(settings), settings["replicates"]
    designs = jnp.asarray(settings["design"]) + 0.01 * jnp.arange(count)[:, None]
    return Way(
        "",
        lambda designs: mapped(lambda design: way.function(design, *way.arguments[1:]), designs),
        (designs,),
    )


def replicates(settings: dict) -> Row:
    """All replicates in one compiled call, one after the other, against a call a replicate from
    Python.
    """
    ours, way, repeats = (
        _replicated(settings, jax.lax.map),
        _gradient(settings),
        settings["repeats"],
    )
    spent, found = cost(ours.function, *ours.arguments, repeats=repeats)
    single = jax.jit(way.function)

    def loop():
        return [single(design, *way.arguments[1:]) for design in ours.arguments[0]]

    expected = np.array([value for value, _ in loop()])
    slow, needed = median_seconds(loop, repeats), (spent.peak_bytes - spent.held_bytes) / 1e6
    setting = f"{settings['replicates']} AD-EKI gradients"
    ratio, error = slow / spent.seconds, float(relative(found[0], expected))
    return Row(
        "replicates in one call",
        setting,
        spent.seconds,
        "a call a replicate",
        slow,
        ratio,
        needed,
        error,
    )


def replicates_in_turn(settings: dict) -> Row:
    """All replicates in one compiled call: one after the other, against side by side (vmap)."""
    theirs = _replicated(settings, lambda function, designs: jax.vmap(function)(designs))._replace(
        name="vmap"
    )
    setting, error = (
        f"{settings['replicates']} AD-EKI gradients",
        lambda found, other: relative(found[0], other[0]),
    )
    ours = _replicated(settings, jax.lax.map)
    return side_by_side("replicates in turn", setting, ours, theirs, error, settings["repeats"])


KERNELS = {
    function.__name__: function
    for function in (
        reading,
        gradient_by_solver,
        gradient_by_nodes,
        belief_update,
        search_step,
        ensemble_space,
        replicates,
        replicates_in_turn,
    )
}
