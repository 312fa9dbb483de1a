"""Random keys: each its own, and none shifted by what is added elsewhere."""

import jax
import numpy as np

from boed.keys import key_for, replicate_keys, step_keys


def bits(key):
    return np.asarray(jax.random.key_data(key)).tolist()


def test_labels_and_seed_make_the_key():
    assert bits(key_for(1, "measure", "study", 2)) == bits(key_for(1, "measure", "study", 2))
    others = [
        key_for(2, "measure", "study", 2),
        key_for(1, "measure", "study", 3),
        key_for(1, "measure", "stud", "y2"),
    ]
    assert all(bits(key_for(1, "measure", "study", 2)) != bits(other) for other in others)


def test_more_replicates_leave_the_first_ones_alone(key):
    assert bits(replicate_keys(key, 7))[:3] == bits(replicate_keys(key, 3))


def test_every_step_of_every_replicate_has_its_own_key(key):
    drawn = np.asarray(jax.random.key_data(step_keys(key, 5, 11))).reshape(55, -1)
    assert len(np.unique(drawn, axis=0)) == 55
