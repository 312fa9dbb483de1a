"""Other risk measures beside mean–variance over the designs, without sampling and from the study's
samples.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import estimators
from boed.design.nested_monte_carlo import gains
from boed.design.risk_measures import RISK_MEASURES
from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    problem, places = risk_problem.problem(settings), risk_problem.designs(settings)
    designs, most = jnp.asarray(places)[:, None], settings["samples"][-1]
    measures = [RISK_MEASURES[name](parameter) for name, parameter in settings["risk"].items()]
    exact = estimators.quadrature(problem, settings["quadrature_nodes"], designs)
    sampled = estimators.outcomes(problem, settings["way"], most, designs)
    key = key_for(params.seed, "compare_risk_measures", snakemake.wildcards.study)

    def both(key, design):
        each = exact(design), gains(sampled(key, design))
        return jnp.array([[measure(own) for measure in measures] for own in each])

    found = np.asarray(
        risk_problem.over_designs(both)(risk_problem.common(key, len(designs)), designs)
    )
    data = {
        "certainty_equivalent": variable(
            ("design", "source", "measure"),
            found,
            "nat",
            "gain that the design is worth by this measure",
        ),
        "best_design": variable(
            ("source", "measure"), places[found.argmax(axis=0)], "1", "best design of all looked at"
        ),
        "parameter": variable(
            "measure",
            list(settings["risk"].values()),
            "1",
            "the measure's parameter, in the unit of its key in the configuration",
        ),
        "measure": variable("measure", list(settings["risk"]), "1", "risk measure"),
        "source": variable("source", ["quadrature", "samples"], "1", "how outcomes are found"),
        "design": variable("design", places, "1", "design"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
