"""A bundle of one contract: the others are there as leaf hashes, and no word of theirs."""

import base64
from random import Random

import pytest

from tests.bundle.bundled import bundled, verdict
from tests.properties.noise import history
from tests.properties.world import World


def elsewhere(sent):
    """The same fact of another contract, about other children and documents."""
    actor, fact = sent
    said = dict(fact["data"])
    for name in ("contract", "receipt", "order", "session", "partner", "invoice"):
        if name in said:
            said[name] = f"other-{said[name]}"
    return actor, {**fact, "data": said}


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Both contracts of a ledger, each in a bundle of its own, and what both hold."""
    folder, world = tmp_path_factory.mktemp("two"), World()
    theirs = [elsewhere(sent) for sent in history(Random(6), noisy=30)]
    for mine, other in zip(history(Random(5), noisy=30), theirs, strict=False):
        world.take(mine)
        world.take(other)
    for contract in ("k", "other-k"):
        bundled(world.events, folder / contract, contract=contract)
    bundled(world.events, folder / "all")
    return folder


def lines(bundle):
    return (bundle / "events/events.b64").read_bytes().splitlines()


@pytest.mark.parametrize(("contract", "other"), [("k", "other-k"), ("other-k", "k")])
def test_no_word_of_another_contract_is_in_it(bundles, contract, other):
    known = [line for line in lines(bundles / contract) if not line.startswith(b"#")]
    assert len(known) > 20
    word = f'"contract":"{other}"'.encode()
    assert not [line for line in known if word in base64.b64decode(line)]
    for path in (bundles / contract).rglob("*"):
        if path.is_file() and path.suffix in {".csv", ".sqlite"}:
            assert f",{other},".encode() not in path.read_bytes()


def test_both_have_the_root_of_the_whole_ledger(bundles):
    roots = {verdict(bundles / name).document["root"] for name in ("k", "other-k", "all")}
    assert len(roots) == 1


@pytest.mark.parametrize("contract", ["k", "other-k"])
def test_it_is_sound_and_says_what_it_leaves_out(bundles, contract):
    said = verdict(bundles / contract)
    assert said.faults == []
    assert said.code == 3
    left_out = sum(line.startswith(b"#") for line in lines(bundles / contract))
    what = "events of other contracts, here as leaf hashes alone"
    assert said.document["unverified"] == {what: left_out}


def test_the_whole_ledger_is_sound(bundles):
    assert verdict(bundles / "all").code == 0
