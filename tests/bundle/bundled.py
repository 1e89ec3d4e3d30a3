"""Bundles of ledgers in memory, signed by a key that the tests know."""

import base64
import datetime
import io
import itertools
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.events.codec import AnyEvent, encode_event
from ledger.log.memory import MemoryLog
from ledger.log.ports import Commit, LedgerTerms
from ledger.log.tree import Frontier, Node, leaf_hash
from projections.bundle.checker.main import main
from projections.bundle.writing import Signed, SignedNote, Wanted, write_bundle

LEDGER: Final = "wlz"
ORIGIN: Final = "ledger.example/wlz"
SIGNER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
WITNESS: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))


def log_of(events: Iterable[AnyEvent], ledger: str = LEDGER) -> MemoryLog:
    """A log in memory that holds these events; one commit a moment."""
    log = MemoryLog()
    log.create(LedgerTerms(ledger, "West London Zone", "GBP", "Europe/London"))
    for moment, together in itertools.groupby(events, lambda event: event.recorded_at):
        of_commit = list(together)
        stored = [encode_event(event) for event in of_commit]
        leaves = [leaf_hash(one) for one in stored]
        head = log.head(ledger)
        nodes: list[Node] = []
        frontier = head.frontier.extend(leaves, nodes)
        commit = Commit(
            before=head,
            recorded_at=datetime.datetime.fromisoformat(moment),
            names=[event.stored_name for event in of_commit],
            states=stored,
            leaves=leaves,
            ids={},
            keys={},
            frontier=frontier,
            nodes=nodes,
        )
        log.append(ledger, commit)
    return log


def verifier_key(signer: Ed25519PrivateKey = SIGNER, name: str = ORIGIN, kind: int = 1) -> str:
    """The public key as C2SP writes it."""
    key = bytes([kind]) + signer.public_key().public_bytes_raw()
    digest = sha256(name.encode() + b"\n" + key).digest()[:4]
    return f"{name}+{digest.hex()}+{base64.b64encode(key).decode()}"


def signature(text: str, signer: Ed25519PrivateKey, name: str = ORIGIN) -> str:
    """The line below a note."""
    key_hash = bytes.fromhex(verifier_key(signer, name).split("+")[1])
    signed = base64.b64encode(key_hash + signer.sign(text.encode())).decode()
    return f"\u2014 {name} {signed}\n"


def cosignature(text: str, name: str = "funder.example/la", moment: int = 1_700_000_000) -> str:
    """A funder's line below a checkpoint."""
    key_hash = bytes.fromhex(verifier_key(WITNESS, name, 4).split("+")[1])
    signed = WITNESS.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
    encoded = base64.b64encode(key_hash + moment.to_bytes(8, "big") + signed).decode()
    return f"\u2014 {name} {encoded}\n"


def checkpoint(log: MemoryLog, size: int, signer: Ed25519PrivateKey = SIGNER) -> str:
    """A signed checkpoint of a log's first events."""
    leaves = [one.leaf_hash for part in log.read(LEDGER, upto=size) for one in part]
    return noted(size, Frontier().extend(leaves).root(), signer)


def noted(size: int, root: bytes, signer: Ed25519PrivateKey = SIGNER) -> str:
    """A signed checkpoint that says whatever it is told to."""
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
    return f"{text}\n{signature(text, signer)}"


def signed(log: MemoryLog, sizes: Sequence[int]) -> Signed:
    """Checkpoints of these sizes, the last one cosigned by a funder."""
    notes = [SignedNote(size, checkpoint(log, size)) for size in sizes]
    if notes:
        text = notes[-1].text.partition("\n\n")[0] + "\n"
        notes[-1] = notes[-1]._replace(text=notes[-1].text + cosignature(text))
    return Signed((verifier_key(), verifier_key(WITNESS, "funder.example/la", 4)), notes)


def bundled(
    events: Iterable[AnyEvent], target: Path, *, contract: str | None = None, upto: int = 0
) -> MemoryLog:
    """Write a bundle of these events with two checkpoints, the last over all of it."""
    log = log_of(events)
    version = upto or log.head(LEDGER).version
    sizes = sorted({version // 2, version} - {0})
    wanted = Wanted(LEDGER, version, contract)
    write_bundle(log, wanted, target, signed(log, sizes), program="test")
    return log


def rehash(bundle: Path) -> None:
    """Make the manifest say what the files are now, as a forger would."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    for name in manifest["files"]:
        content = (bundle / name).read_bytes()
        said = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        manifest["files"][name] = said
    text = json.dumps(manifest, indent=2).encode() + b"\n"
    (bundle / "manifest.json").write_bytes(text)
    digest = f"{sha256(text).hexdigest()}  manifest.json\n"
    (bundle / "manifest.sha256").write_text(digest)


def manifest_is(copy: Path, content: bytes) -> None:
    """Another manifest, with the digest that fits it."""
    (copy / "manifest.json").write_bytes(content)
    digest = f"{sha256(content).hexdigest()}  manifest.json\n"
    (copy / "manifest.sha256").write_text(digest)


def manifest_says(copy: Path, **said: dict[str, Any]) -> None:
    """The manifest says other things in some of its parts."""
    manifest = json.loads((copy / "manifest.json").read_text())
    for name, changes in said.items():
        manifest[name] |= changes
    manifest_is(copy, json.dumps(manifest).encode())


@dataclass
class Verdict:
    """What the checker said."""

    code: int
    document: dict[str, Any]
    errors: str = ""

    @property
    def faults(self) -> list[dict[str, Any]]:
        return self.document["faults"]


def verdict(bundle: Path, *words: str, key: bool = True) -> Verdict:
    """Run the parts of the checker in this process."""
    said, complaints = io.StringIO(), io.StringIO()
    known = ("--key", verifier_key()) if key else ()
    with redirect_stdout(said), redirect_stderr(complaints):
        code = main([str(bundle), "--json", *known, *words])
    document = json.loads(said.getvalue()) if said.getvalue() else {}
    return Verdict(code, document, complaints.getvalue())


def typed(bundle: Path, *words: str, cwd: Path | None = None) -> Verdict:
    """Run `verify.py` of a bundle as an auditor would: alone, isolated from everything."""
    program = bundle / "verify.py"
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", str(program), *words, "--json"],
        capture_output=True, cwd=cwd, check=False, timeout=300,
    )  # fmt: skip
    document = json.loads(told.stdout) if told.stdout else {}
    return Verdict(told.returncode, document, told.stderr.decode())
