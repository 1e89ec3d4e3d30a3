"""Some 280 seeded mutations of a bundle: each is found, by the checker's exit code 1.

Half of them are made by somebody who also makes the manifest and every hash in the bundle anew.
What nobody can make anew without the log's key is its signature.
"""

import shutil
from random import Random

import pytest

from tests.bundle.bundled import bundled, verdict
from tests.bundle.forgeries import FORGERIES
from tests.bundle.mutations import (
    KINDS,
    Original,
    a_flipped_byte,
    lines_of_the_log,
    recorded_times,
    rows_of_tables,
)
from tests.properties import office
from tests.properties.accountant import live_through
from tests.properties.noise import history
from tests.properties.world import World

EVERY_KIND = (*KINDS, *FORGERIES)
EACH = 14


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    chance, world = Random(11), World()
    live_through(world, office.at_work(chance, world), chance, often=9)
    other = World()
    live_through(other, history(Random(12)), Random(12))
    folder = tmp_path_factory.mktemp("original") / "wlz"
    bundled(world.events, folder)
    assert verdict(folder).code == 0, verdict(folder).faults
    assert {"payment.released", "period.closed", "receipt.recorded"} <= {
        event.type for event in world.events
    }
    return Original(folder, world.events, other.events)


def test_there_are_enough_mutations_to_mean_something():
    assert len(EVERY_KIND) * EACH + 2 * EACH + 26 >= 200
    assert EACH * (len(EVERY_KIND) + 2) + 26 == 278


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_no_mutation_of_a_bundle_is_missed(kind, original, tmp_path):
    twice = {a_flipped_byte, lines_of_the_log}
    number = EACH * (1 + (kind in twice)) + (13 if kind in {rows_of_tables, recorded_times} else 0)
    for seed in range(number):
        copy = tmp_path / f"{seed}"
        shutil.copytree(original.folder, copy)
        version = kind(Random(f"{kind.__name__} {seed}"), original, copy)
        found = verdict(copy)
        assert found.code == 1, f"{kind.__name__} {seed} is missed: {found.document}"
        assert all(fault["file"] for fault in found.faults)
        assert version in {None, *(fault["version"] for fault in found.faults)}
        shutil.rmtree(copy)
