"""What a black box does, before its runs: a few of them, what they give and how long they take.

findings = check.findings(settings, key)
"""

import logging
import time
from contextlib import closing

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.systems import design_region
from boed.systems.black_box.outputs import Given, RunFailed
from boed.systems.black_box.solver import solver_of
from boed.systems.check import Finding, random_designs
from boed.systems.described import noise_of
from boed.systems.described_priors import parameters_of

LOG = logging.getLogger("boed")
RUNS = 3


def findings(settings: dict, key: PRNGKeyArray) -> list[Finding]:
    """All that is found of the black box of a study's settings; ends with what makes the rest
    impossible.
    """
    written = settings.get("command") or f"{settings['black_box']} of {settings.get('file')}"
    found, gave = [Finding("description", True, written)], []
    try:
        noise, runs = noise_of(settings), tried(settings, key)
        with closing(solver_of(settings)) as solver:
            for given in runs:
                LOG.info("run %s", given)
                began = time.perf_counter()
                outputs = solver(given)
                seconds = time.perf_counter() - began
                gave.append(list(outputs.values()))
                found.append(Finding("run", True, f"{_words(given, outputs)}; {seconds:.3g} s"))
    except RunFailed as failure:
        text = f"{_words(given, {})}: {failure.reason}"
        return [*found, Finding("run", False, f"{text}; it wrote: {failure.log or 'nothing'}")]
    except ValueError as error:
        return [*found, Finding("start", False, str(error))]
    deviations = np.array([noise.deviation(np.array(values)) for values in gave])
    good = bool((np.isfinite(deviations) & (deviations > 0)).all())
    text = f"deviations {deviations.min():.3g} to {deviations.max():.3g}"
    return [*found, Finding("noise", good, text if good else f"{text}: not positive and finite")]


def tried(settings: dict, key: PRNGKeyArray) -> list[Given]:
    """Parameters and designs of some runs, at random."""
    of_parameters, of_designs = jax.random.split(key)
    correlations, table = settings.get("correlations"), settings.get("prior_samples")
    names, _, prior = parameters_of(settings["parameters"], correlations, table)
    there = design_region.of_settings(settings["designs"], settings.get("forbidden"))
    samples = np.asarray(prior.sample(of_parameters, RUNS)).tolist()
    designs = np.resize(random_designs(there, of_designs, RUNS), (RUNS, len(there))).tolist()
    return [
        {
            "parameters": dict(zip(names, values, strict=True)),
            "design": dict(zip(there.names, place, strict=True)),
        }
        for values, place in zip(samples, designs, strict=True)
    ]


def _words(given: Given, outputs: dict[str, float]) -> str:
    """A run in words: what it was given, and what it gave."""
    of_given, gave = (
        ", ".join(f"{name} = {value:.6g}" for name, value in part.items())
        for part in ({**given["parameters"], **given["design"]}, outputs)
    )
    return f"{of_given} gives {gave}" if gave else of_given
