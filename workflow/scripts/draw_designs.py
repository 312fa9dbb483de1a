"""active_learning Figs 5b, 8 and 9: what a good and a poor design of one stage teach, and the
indicator's ranking.
"""

from boed.figures import design_comparison, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    params, comparison = snakemake.params, store.read(snakemake.input[0])
    figure, (panels,) = style.new(1, 4, 13.0, 3.6)
    design_comparison.draw_histories(panels[0], comparison)
    if params.learns == "strength":
        design_comparison.draw_ensembles(panels[1], comparison)
    else:
        design_comparison.draw_errors(panels[1], comparison)
    design_comparison.draw_ranking(panels[2], comparison, params.learns)
    design_comparison.draw_map(panels[3], comparison, params.location)
    figure.suptitle(
        f"stage {params.stage}: designs named good and poor by the indicator, "
        "before they are learned from"
    )
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
