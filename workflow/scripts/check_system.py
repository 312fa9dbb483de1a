"""What a study's system does, before anything is made with it; ends with exit status 1 and the page
in the log where it cannot be used.
"""

import logging
import sys

from boed.jobs import job
from boed.keys import key_for
from boed.systems import check
from boed.systems.black_box import check as black_box_check

LOG = logging.getLogger("boed")


def main(snakemake) -> str:
    params, study = snakemake.params, snakemake.wildcards.study
    settings = params.settings
    black_box = "command" in settings or "black_box" in settings
    looks = black_box_check.findings if black_box else check.findings
    found = looks(settings, key_for(params.seed, "check_system", study))
    page = check.page(found)
    if not all(finding.good for finding in found):
        LOG.error("%s cannot run as it is:\n%s", study, page)
        sys.exit(1)
    return page


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_text)
