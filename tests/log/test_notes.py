"""Notes, checkpoints, cosignatures and proof files against what others have published."""

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import (
    COSIGNATURE,
    PLAIN,
    Note,
    NoteUnreadable,
    Signature,
    SignatureWrong,
    VerifierKey,
    cosigned,
    moment_of,
)
from ledger.log.notes.proof_file import NotProved, ProofFile
from ledger.log.proofs import inclusion_spans
from ledger.log.signing.signer import Signer
from ledger.log.tree import leaf_hash
from tests.log.published_notes import (
    EXAMPLE_KEY,
    EXAMPLE_NOTE,
    GO_KEY,
    GO_NOTE,
    GO_SIGNER,
    PUBLIC_LOG_KEY,
    PUBLIC_NOTE,
    PUBLIC_WITNESS_KEY,
    SOFA_COSIGNED,
    SOFA_NOTE,
)
from tests.log.test_tree import LEAVES, by_definition

ORIGIN = "example.com/log42"
SEED = bytes(range(32))
KNOWN = VerifierKey.from_text


@pytest.mark.parametrize(
    "whole, key",
    [
        (EXAMPLE_NOTE, EXAMPLE_KEY),
        (GO_NOTE, GO_KEY),
        (PUBLIC_NOTE, PUBLIC_LOG_KEY),
        (PUBLIC_NOTE, PUBLIC_WITNESS_KEY),
    ],
)
def test_published_notes_are_signed_by_their_published_keys(whole: str, key: str) -> None:
    note = Note.from_text(whole)
    assert str(note) == whole
    assert note.verified([KNOWN(key)]) == (KNOWN(key),)
    assert str(KNOWN(key)) == key
    changed = Note(note.text.replace("e", "E", 1), note.signatures)
    with pytest.raises(SignatureWrong, match="does not fit"):
        changed.verified([KNOWN(key)])


def test_the_signer_makes_the_published_note_to_the_byte() -> None:
    text, _, _ = GO_NOTE.rpartition("\n\n")
    signer = Signer(base64.b64decode(GO_SIGNER)[1:])
    assert str(signer.key("PeterNeumann")) == GO_KEY
    assert str(Note(f"{text}\n", (signer.signed("PeterNeumann", f"{text}\n"),))) == GO_NOTE


def test_a_cosignature_signs_what_the_published_example_says() -> None:
    note = Note.from_text(SOFA_NOTE)
    assert str(note) == SOFA_NOTE
    log, witness = note.signatures
    assert (log.name, log.key_id.hex(), len(log.content)) == (
        "example.com/behind-the-sofa",
        "033de0ae",
        64,
    )
    assert (witness.key_id.hex(), moment_of(witness.content)) == ("8d66cf3f", 1679315147)
    assert cosigned(note.text, 1679315147) == SOFA_COSIGNED


def test_a_checkpoint_has_origin_size_and_root_and_nothing_else() -> None:
    checkpoint = Checkpoint.from_text(Note.from_text(SOFA_NOTE).text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == Note.from_text(SOFA_NOTE).text
    empty = Checkpoint(ORIGIN, 0, sha256(b"").digest())
    assert Checkpoint.from_text(empty.text) == empty


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n1\n{ROOT}",
        f"{ORIGIN}\n01\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n+1\n{ROOT}\n",
        f"{ORIGIN}\n\uff11\n{ROOT}\n",
        f"{ORIGIN}\n1\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n1\n{ROOT[:-2]}B=\n",
        f"{ORIGIN}\n1\n{ROOT}\nextension\n",
        f"\n1\n{ROOT}\n",
        f"{ORIGIN}\n1\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteUnreadable):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        EXAMPLE_NOTE.removesuffix("\n"),
        EXAMPLE_NOTE.replace("—", "-"),
        EXAMPLE_NOTE.replace("example.com/foo", "example.com foo"),
        EXAMPLE_NOTE.replace("example.com/foo", "example.com+foo"),
        EXAMPLE_NOTE.replace("example.com/foo", "example.com\u2003foo"),
        EXAMPLE_NOTE.replace("is an", "is\tan"),
        EXAMPLE_NOTE.replace("aQM=", "aQM"),
        EXAMPLE_NOTE.replace("aQM=", "aQN="),
        EXAMPLE_NOTE + "\n",
        "text\n\n— name AAAA\n",
        "x" * 70_000 + EXAMPLE_NOTE,
    ],
)
def test_what_is_no_note_is_refused(whole: str) -> None:
    with pytest.raises(NoteUnreadable):
        Note.from_text(whole)


def test_every_part_of_a_verifier_key_alone_is_refused() -> None:
    for begin in range(len(GO_KEY)):
        for end in range(begin + 1, len(GO_KEY) + 1):
            if (begin, end) != (0, len(GO_KEY)):
                with pytest.raises(NoteUnreadable):
                    KNOWN(GO_KEY[begin:end])
    with pytest.raises(NoteUnreadable):
        KNOWN(GO_KEY.replace("+AR", "+BR"))


def test_a_signature_of_nobody_known_proves_nothing_and_spoils_nothing() -> None:
    signer, other = Signer(SEED), Signer(SEED[::-1])
    text = "a text\n"
    note = Note(text, (other.signed("other", text), signer.signed("mine", text)))
    assert note.verified([signer.key("mine")]) == (signer.key("mine"),)
    with pytest.raises(SignatureWrong, match="not signed by a known key"):
        note.verified([signer.key("other")])  # the same name with another key has another id
    with pytest.raises(SignatureWrong):
        note.verified([])


def test_a_cosignature_is_no_signature_of_the_log_and_the_other_way_round() -> None:
    signer = Signer(SEED)
    checkpoint = Checkpoint(ORIGIN, 1, bytes(32))
    plain = signer.signed("w", checkpoint.text)
    stamped = signer.cosigned("w", checkpoint.text, 1_700_000_000)
    assert signer.key("w").id != signer.key("w", COSIGNATURE).id
    assert Note(checkpoint.text, (stamped,)).verified([signer.key("w", COSIGNATURE)])
    for signature, kind in [(plain, COSIGNATURE), (stamped, PLAIN)]:
        disguised = Signature("w", signer.key("w", kind).id, signature.content)
        with pytest.raises(SignatureWrong):
            Note(checkpoint.text, (disguised,)).verified([signer.key("w", kind)])
    later = Signature("w", stamped.key_id, bytes(8) + stamped.content[8:])
    with pytest.raises(SignatureWrong):
        Note(checkpoint.text, (later,)).verified([signer.key("w", COSIGNATURE)])


def test_the_key_of_one_log_opens_no_checkpoint_of_another() -> None:
    signer = Signer(SEED)
    checkpoint = Checkpoint(ORIGIN, 1, bytes(32))
    whole = str(Note(checkpoint.text, (signer.signed("example.com/other", checkpoint.text),)))
    with pytest.raises(SignatureWrong):
        open_checkpoint(whole, signer.key("example.com/other"))


def proof_file(leaf: int, size: int, extra: bytes | None = None) -> ProofFile:
    checkpoint = Checkpoint(ORIGIN, size, by_definition(LEAVES[:size]))
    hashes = tuple(by_definition(LEAVES[slice(*span)]) for span in inclusion_spans(leaf, size))
    note = Note(checkpoint.text, (Signer(SEED).signed(ORIGIN, checkpoint.text),))
    return ProofFile(leaf, hashes, str(note), extra)


@pytest.mark.parametrize("extra", [None, b"", b"why"])
def test_a_proof_file_is_written_and_read_and_proves_its_leaf_alone(extra: bytes | None) -> None:
    key = Signer(SEED).key(ORIGIN)
    for size in range(1, 9):
        for leaf in range(size):
            written = str(proof_file(leaf, size, extra))
            read = ProofFile.from_text(written)
            assert read == proof_file(leaf, size, extra)
            assert read.verified(leaf_hash(LEAVES[leaf]), key).size == size
            with pytest.raises(NotProved):
                read.verified(leaf_hash(b"another"), key)


def test_a_proof_file_has_the_lines_of_its_format() -> None:
    written = str(proof_file(2, 3, b"extra information")).split("\n")
    assert written[:3] == [
        "c2sp.org/tlog-proof@v1",
        "extra ZXh0cmEgaW5mb3JtYXRpb24=",
        "index 2",
    ]
    assert written[3:7] == [
        "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
        "",
        ORIGIN,
        "3",
    ]


@pytest.mark.parametrize(
    "old, new",
    [
        ("@v1", "@v2"),
        ("index 5", "index 05"),
        ("index 5", "index -5"),
        ("index 5\n", ""),
        ("index 5\n", "index 5\nindex 5\n"),
        ("index 5", "extra !\nindex 5"),
        ("index 5", "index 5\n" + "\n".join([ROOT] * 65)),
        ("index 5\n", "index 5\nAAAA\n"),
        ("\n\n", "\n"),
    ],
)
def test_a_proof_file_of_another_shape_is_refused(old: str, new: str) -> None:
    written = str(proof_file(5, 8))
    assert old in written
    with pytest.raises(NoteUnreadable):
        ProofFile.from_text(written.replace(old, new, 1)).verified(
            leaf_hash(LEAVES[5]), Signer(SEED).key(ORIGIN)
        )


def test_a_proof_file_under_a_foreign_signature_proves_nothing() -> None:
    with pytest.raises(SignatureWrong):
        proof_file(5, 8).verified(leaf_hash(LEAVES[5]), Signer(SEED[::-1]).key(ORIGIN))


def test_a_changed_byte_of_a_proof_file_is_always_noticed() -> None:
    written = str(proof_file(5, 8)).encode()
    for place in range(len(written)):
        changed = written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :]
        with pytest.raises((NoteUnreadable, SignatureWrong, NotProved, UnicodeDecodeError)):
            ProofFile.from_text(changed.decode()).verified(
                leaf_hash(LEAVES[5]), Signer(SEED).key(ORIGIN)
            )


def test_the_keys_of_rfc_8032_come_out_of_their_seeds() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert Signer(seed).key("name").public_key.hex() == public
    signature = Signer(seed).signed("name", "")
    assert signature.content.hex().startswith(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873"
    )
    assert signature.content == Ed25519PrivateKey.from_private_bytes(seed).sign(b"")
