"""Shape and type annotations are enforced while testing; every random test input is
reproducible.
"""

import os
from pathlib import Path

TESTS = Path(__file__).parent
os.environ.setdefault("MPLBACKEND", "Agg")
# toy sizes compile longer than they run: code that is made quickly instead of code that is quick
QUICKLY_MADE = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
os.environ["XLA_FLAGS"] = f"{QUICKLY_MADE} {os.environ.get('XLA_FLAGS', '')}".strip()

from jaxtyping import install_import_hook

hook = install_import_hook("boed", "beartype.beartype")

import jax
import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("boed", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("boed")


# files that take longest, first: no worker is left alone with one of them at the end
LONGEST = (
    "test_workflow.py",
    "test_examples.py",
    "studies/active/test_campaign.py",
    "studies/sweeps/test_campaign.py",
    "studies/test_described_studies.py",
    "test_docs.py",
    "config/test_resolution.py",
    "inference/test_particle_update.py",
)


def pytest_collection_modifyitems(items):
    """The tests of the longest files before all others, each file's in their order."""

    def place(item):
        path = item.path.relative_to(TESTS).as_posix()
        return LONGEST.index(path) if path in LONGEST else len(LONGEST)

    items.sort(key=place)


@pytest.fixture
def rng():
    """NumPy's generator, the same for every run."""
    return np.random.default_rng(20251122)


@pytest.fixture
def key():
    """A JAX key, the same for every run."""
    return jax.random.key(7)
