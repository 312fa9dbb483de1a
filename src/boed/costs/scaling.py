"""How the cost of AD-EKI grows with members and iterations, by the way it is differentiated (ad_eki
§3.3).

And how that of the expected gain grows with the predicted data that it averages over (§2.4).
"""

from contextlib import nullcontext
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from boed.costs.profiling import Cost, cost
from boed.design import ad_eki
from boed.inference import ensembles
from boed.jobs.exclusive_runs import Alone
from boed.numerics.checkpointing import checkpointed, nested
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment, plan_of
from boed.systems.discrepancy_network import tanh_network
from boed.systems.of_settings import system_of


def forward(design, experiment, draw, plan):
    """The information gain alone."""
    return ad_eki.information_gain(design, experiment, draw, plan)


def reverse(*arguments):
    """Gain and gradient by reverse mode that keeps everything."""
    return ad_eki.value_and_gradient(*arguments)


def reverse_checkpointed(*arguments):
    """Gain and gradient by reverse mode that keeps the ensemble before every iteration."""
    return ad_eki.value_and_gradient(*arguments, iterate=checkpointed)


def reverse_nested(*arguments):
    """Gain and gradient by reverse mode that keeps the ensemble before every √K-th iteration."""
    return ad_eki.value_and_gradient(*arguments, iterate=nested)


MODES = {
    "forward": forward,
    "reverse": reverse,
    "checkpointed": reverse_checkpointed,
    "nested": reverse_nested,
    "forward_mode": ad_eki.forward_value_and_gradient,
}
EXPECTED = "expected"


class Size(NamedTuple):
    """One point of the study; samples: predicted data of an expected gain, 0 for the gain of the
    true datum.
    """

    members: int
    iterations: int
    samples: int = 0


def point(
    settings: dict, mode: str, size: Size, seed: int, alone: Alone = nullcontext
) -> tuple[Cost, np.ndarray]:
    """What one gain or gradient of this size costs, and (gain, *gradient).

    mode: one of MODES, or EXPECTED for a size with samples: the expected gain and its gradient
    (ad_eki Eq. 12–13); settings: those of a hybrid study with the keys `design`, `centre`, `time`
    and `repeats` of the scaling study; alone: the context in which it runs, see
    `jobs.exclusive_runs`.
    """
    study = system_of(settings)
    moment = jax.tree.map(jnp.asarray, study.moment(settings["time"]))
    plan = plan_of(settings["discrepancy_experiment"], size.iterations)
    block = settings["network"]
    first, second = jax.random.split(jax.random.key(seed))
    weights = tanh_network(block["hidden"], block["depth"]).initialise(
        first, block["first_layer_scale"]
    )
    deviation = settings["discrepancy_experiment"]["deviation"]
    shape = ensembles.Shape(size.members, size.iterations, outputs=1)
    draw = ensembles.draw(second, weights, deviation, shape)
    samples = ensembles.draw_samples(
        jax.random.fold_in(second, 1), weights, deviation, size.samples, 1
    )

    def run(design, draw, samples):
        """The gain, and what the mode gives besides."""
        experiment = discrepancy_experiment(
            study, moment, jnp.asarray(settings["centre"]), jnp.zeros(())
        )
        if mode == EXPECTED:
            return ad_eki.expected_value_and_gradient(
                design, experiment, draw, plan, ad_eki.Expectation(samples)
            )
        return MODES[mode](design, experiment, draw, plan)

    arguments = jnp.asarray(settings["design"]), draw, samples
    spent, result = cost(run, *arguments, repeats=settings["repeats"], alone=alone)
    return spent, np.concatenate([np.ravel(part) for part in jax.tree.leaves(result)])
