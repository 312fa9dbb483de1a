"""Long loops keep their items and say how far they are."""

from boed.jobs.progress import in_turn


def test_items_come_in_turn_and_each_is_logged(caplog):
    caplog.set_level("INFO", logger="boed")
    assert list(in_turn("abc", "letter")) == ["a", "b", "c"]
    assert [record.message.split(",")[0] for record in caplog.records] == [
        "letter 1/3",
        "letter 2/3",
        "letter 3/3",
    ]
