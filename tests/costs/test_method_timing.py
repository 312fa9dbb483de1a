"""Seconds of the parts of joint and hybrid design: of runs, not of compilations, and of every
part that is counted.
"""

import time

import configurations
import jax.numpy as jnp
import pytest

from boed.config import overlays
from boed.costs import method_costs, method_timing

SMOKE = configurations.smoke()


def test_what_a_function_does_once_while_it_is_traced_does_not_count():
    def slow_to_trace(value):
        time.sleep(0.5)
        return value + 1.0

    seconds = method_timing.compiled_seconds(slow_to_trace, jnp.array(1.0), calls=3)
    assert 0.0 < seconds < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("study", ["parametric_error", "active_parametric"])
def test_every_part_that_is_counted_is_timed(study):
    settings = overlays.resolve(SMOKE, study, "robust")
    seconds = method_timing.seconds_by_part(settings)
    assert list(seconds) == list(method_costs.parts(settings))
    assert min(seconds.values()) > 0.0
