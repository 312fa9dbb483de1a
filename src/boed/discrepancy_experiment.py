"""The experiment that teaches the discrepancy network, as AD-EKI sees it."""

import jax
from jaxtyping import Float

from boed import ad_eki
from boed.arrays import AnyArray
from boed.inversion import Inversion, measure
from boed.plume import Moment


def discrepancy_experiment(
    inversion: Inversion, moment: Moment, centre: Float[AnyArray, "2"], noise
) -> ad_eki.Experiment:
    """Measuring one point to learn the network's weights, the source held at `centre` (ad_eki Eq. 19)."""

    def forward(design):
        observe = inversion.plume.observer(moment, centre, design)
        return lambda ensemble: jax.vmap(lambda weights: observe(inversion.source(weights)))(ensemble)[:, None]

    return ad_eki.Experiment(
        forward=forward,
        observe=lambda design: measure(inversion, moment, design, noise)[None],
        noise_factor=lambda design, data: inversion.noise.deviation(data)[:, None],
    )
