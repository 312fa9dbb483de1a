"""Python runs this when a job's process starts: a traceback ends up in the job's log even if an
import fails.
"""

import sys
import traceback


def log_uncaught(kind, error, trace):
    """Append the traceback to the log of the Snakemake job that this process runs, and print it as
    usual.
    """
    job = getattr(sys.modules.get("__main__"), "snakemake", None)
    if job is not None and job.log:
        with open(job.log[0], "a", encoding="utf-8") as stream:
            traceback.print_exception(kind, error, trace, file=stream)
    sys.__excepthook__(kind, error, trace)


sys.excepthook = log_uncaught
