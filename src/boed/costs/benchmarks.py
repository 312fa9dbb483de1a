"""The kernels side by side with the straightforward way to the same number: seconds, memory, and
how far apart.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.costs.profiling import cost
from boed.costs.side_by_side import (
    FromNumber,
    OfPart,
    Pair,
    Row,
    Way,
    needed_megabytes,
    relative,
    side_by_side,
)
from boed.design import ad_eki
from boed.inference import ensembles, grid_belief
from boed.inference.divergence import basis, divergence
from boed.numerics.checkpointing import checkpointed, every_step
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment, plan_of
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system
from boed.systems.plume.reading_table import read, tabulate
from boed.timing import median_seconds


def _study(settings: dict, **changes):
    """The inversion with changes to the block `plume`, and its moment at the benchmark's time."""
    study = plume_system(settings | {"plume": settings["plume"] | changes})
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
        """Gain and gradient of a design for an ensemble."""
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
            return s.plume.field(s.true.source, m, centre, point[:1], point[1:])[0, 0]

        ways.append(Way(solver, field, (point,)))
    truth = settings["truth"]
    exact = GaussianPlume(centre, truth["strength"], truth["width"], study.plume.velocity).at(
        np.asarray(point), settings["time"]
    )
    cells = settings["plume"]["rollout"]["cells"]
    other = ways[1]._replace(name=f"rollout, {cells} x {cells} cells")
    pair = Pair(
        "plume reading", "error from the exact solution", ways[0], other, FromNumber(float(exact))
    )
    return side_by_side(pair, settings["repeats"])


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
    pair = Pair("AD-EKI gradient", _size(settings), _gradient(settings), theirs, OfPart(0))
    return side_by_side(pair, 1)


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
    pair = Pair("AD-EKI gradient", _size(settings), _gradient(settings), theirs, OfPart(0))
    return side_by_side(pair, settings["repeats"])


def belief_update(settings: dict) -> Row:
    """The likelihood of every cell from one solution, against a solution for every cell."""
    study, moment = _study(settings)
    weights, _ = drawn(settings)
    source, point = study.source(weights), jnp.asarray(settings["design"])
    tensor = jnp.stack(jnp.meshgrid(*study.cells, indexing="ij"), axis=-1)

    def once(point):
        return study.plume.over_centres(study.plume.solve(source, moment), point, *study.cells)

    def cell_by_cell(point):
        """A solution of its own for a source in every cell."""

        def of_cell(centre):
            return study.plume.field(source, moment, centre, point[:1], point[1:])[0, 0]

        return jax.lax.map(of_cell, tensor.reshape(-1, 2)).reshape(tensor.shape[:2])

    theirs = Way("one solution a cell", cell_by_cell, (point,))
    setting = f"{tensor.shape[0]} x {tensor.shape[1]} cells"
    pair = Pair("belief update", setting, Way("", once, (point,)), theirs)
    return side_by_side(pair, settings["repeats"])


def search_step(settings: dict) -> Row:
    """A position's information gain and its gradient from the search's table, against an evaluation
    of the plume.
    """
    study, moment = _study(settings)
    truth, design = study.plume.solve(study.true.source, moment), jnp.asarray(settings["design"])
    lower, prior = design - 0.1, jnp.asarray(grid_belief.uniform(study.cells))
    table = tabulate(study.plume, truth, study.cells, lower, 0.2)

    def gain(predict):
        """(design) → gain and gradient, by one way to predict the datum."""
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
    pair = Pair("position's gain and gradient", setting, ours, theirs, OfPart(1))
    return side_by_side(pair, settings["repeats"])


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
    return side_by_side(Pair("divergence", setting, ours, theirs), settings["repeats"])


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
    ours, way = _replicated(settings, jax.lax.map), _gradient(settings)
    repeats = settings["repeats"]
    spent, returned = cost(ours.function, *ours.arguments, repeats=repeats)
    single = jax.jit(way.function)

    def loop():
        return [single(design, *way.arguments[1:]) for design in ours.arguments[0]]

    expected = np.array([value for value, _ in loop()])
    slow = median_seconds(loop, repeats)
    return Row(
        kernel="replicates in one call",
        setting=f"{settings['replicates']} AD-EKI gradients",
        seconds=spent.seconds,
        baseline="a call a replicate",
        baseline_seconds=slow,
        ratio=slow / spent.seconds,
        peak_mb=needed_megabytes(spent),
        error=relative(returned[0], expected),
    )


def replicates_in_turn(settings: dict) -> Row:
    """All replicates in one compiled call: one after the other, against side by side (vmap)."""
    ours, theirs = _replicated(settings, jax.lax.map), _replicated(settings, _side_by_side)
    setting = f"{settings['replicates']} AD-EKI gradients"
    pair = Pair("replicates in turn", setting, ours, theirs._replace(name="vmap"), OfPart(0))
    return side_by_side(pair, settings["repeats"])


def _side_by_side(function: Callable, designs: Float[AnyArray, "designs 2"]):
    """A function of a design for all of them at once."""
    return jax.vmap(function)(designs)


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
