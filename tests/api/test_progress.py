"""Being behind is ordinary; standing still while behind is not."""

from api.progress import STUCK_S, Progress


def test_tables_that_stand_still_while_behind_are_stuck() -> None:
    now = [0.0]
    progress = Progress(lambda: now[0])
    assert progress.moves([("wlz", 100, 10)])
    now[0] += STUCK_S
    assert progress.moves([("wlz", 100, 10)])
    now[0] += 1
    assert not progress.moves([("wlz", 100, 10)])
    assert progress.moves([("wlz", 200, 20)])
    now[0] += STUCK_S * 2
    assert progress.moves([("wlz", 200, 200)])
    assert progress.moves([("wlz", 201, 200)])
