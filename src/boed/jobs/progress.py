"""Long loops that say how far they are."""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
LOG = logging.getLogger("boed")


def in_turn(items: Sequence[Item], what: str) -> Iterator[Item]:
    """The items one after the other; after each, a log line with rate and time left."""
    began = time.perf_counter()
    for done, item in enumerate(items, start=1):
        yield item
        rate = (time.perf_counter() - began) / done
        LOG.info(
            "%s %d/%d, %.2f s each, %.0f s left",
            what,
            done,
            len(items),
            rate,
            rate * (len(items) - done),
        )
