"""Expected utility, its variance and their difference over the designs (mean_variance
Figs 3 to 6).
"""

from boed.figures import estimator_curves, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    return estimator_curves.figure(store.read(snakemake.input[0]))


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
