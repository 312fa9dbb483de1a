"""The process in which a user's function runs, one call a line: it can be ended and started anew.

    python -m boed.systems.black_box.serve model.py simulate

answers each line on its input, a JSON of parameters and design, with a line of outputs or of what
went wrong; what the function prints goes to the errors.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from boed.systems import model_file
from boed.systems.model_file import ModelFileError

ARGUMENTS = ("parameters", "design")


def plain(returned: Any) -> Any:
    """What a function returned, as JSON can hold it: numbers by name, or in their order."""
    if isinstance(returned, Mapping):
        return {str(name): plain(value) for name, value in returned.items()}
    try:
        values = np.asarray(returned, dtype=float)
    except (TypeError, ValueError):
        return repr(returned)
    return float(values) if values.ndim == 0 else values.ravel().tolist()


def main(path: str, name: str) -> int:
    """Answer until the input ends; exit status 1 where there is no such function."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(**words: Any) -> None:
        print(json.dumps(words), file=answers, flush=True)

    try:
        function = model_file.load(path, required=None).function(name, ARGUMENTS)
    except ModelFileError as error:
        answer(broken=str(error))
        return 1
    answer(ready=True)
    for line in sys.stdin:
        given = json.loads(line)
        try:
            answer(outputs=plain(function(*(dict(given[key]) for key in ("parameters", "design")))))
        except ModelFileError as error:
            answer(failure=str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
