"""Time stamps of checkpoints (RFC 3161): of which text, and of which moment, an authority spoke.

What is checked: that the stamp is of the checkpoint's text, by its SHA-256, and that what the
authority signed is what is read here, by the digest among its signed attributes (RFC 5652, 5.4).
What is not: the authority's signature. Whom to trust is the auditor's to say:

    openssl ts -verify -in STAMP -data TEXT -CAfile AUTHORITY

where TEXT has the lines of the checkpoint above the empty one.
"""

import hashlib
import re
from typing import Final, NamedTuple

from projections.bundle.checker.contents import Contents
from projections.bundle.checker.der import (
    EXPLICIT,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT,
    OCTET_STRING,
    SEQUENCE,
    SET,
    Node,
    only_node,
)
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.notes import Broken, Checkpoint

STAMPS: Final = "timestamps/"
STAMP_NAME: Final = re.compile(r"timestamps/(\d{12,})\.(\d+)\.tsr")
MOMENT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z")
SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
STAMP_INFO: Final = bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
HASHES: Final = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
GRANTED: Final = 0


class Stamp(NamedTuple):
    """What an authority said: by which hash it knows the text, and the moment."""

    algorithm: str
    imprint: bytes
    moment: str


def stamp_of(response: bytes) -> Stamp:
    """An authority's response, taken apart. Raises `Broken`."""
    return _read(only_node(signed_content(response), SEQUENCE))


def signed_content(response: bytes) -> bytes:
    """What an authority signed over, by the digest among what was signed. Raises `Broken`."""
    answer = only_node(response, SEQUENCE)
    status = answer.part(0, SEQUENCE).part(0, INTEGER)
    if int.from_bytes(status.content, "big") != GRANTED:
        raise Broken("the authority did not grant it")
    token = answer.part(1, SEQUENCE)
    if token.part(0, OBJECT).content != SIGNED_DATA:
        raise Broken("it is not signed")
    signed = token.part(1, EXPLICIT).part(0, SEQUENCE)
    held = signed.part(2, SEQUENCE)
    if held.part(0, OBJECT).content != STAMP_INFO:
        raise Broken("what was signed is no time stamp")
    content = held.part(1, EXPLICIT).part(0, OCTET_STRING).content
    _must_be_signed_over(signed.parts()[-1], content)
    return content


def _read(info: Node) -> Stamp:
    """The fields of `TSTInfo` that matter here (RFC 3161, 2.4.2)."""
    imprint = info.part(2, SEQUENCE)
    algorithm = HASHES.get(imprint.part(0, SEQUENCE).part(0, OBJECT).content, "unknown")
    said = info.part(4, GENERALIZED_TIME).content.decode("ascii", "replace")
    found = MOMENT.fullmatch(said)
    if found is None:
        raise Broken("the moment is none")
    year, month, day, hour, minute, second, part = found.groups()
    moment = f"{year}-{month}-{day}T{hour}:{minute}:{second}{part or ''}Z"
    return Stamp(algorithm, imprint.part(1, OCTET_STRING).content, moment)


def _must_be_signed_over(signers: Node, content: bytes) -> None:
    """What each signer signed names the hash of the content, and says that it is a time stamp."""
    if signers.tag != SET or not signers.parts():
        raise Broken("nobody signed it")
    for signer in signers.parts():
        hashed_by = signer.part(2, SEQUENCE).part(0, OBJECT).content
        attributes = {
            attribute.part(0, OBJECT).content: attribute.part(1, SET).parts()
            for attribute in signer.part(3, EXPLICIT).parts()
        }
        if hashed_by not in HASHES:
            raise Broken("it was hashed in a way that is not known here")
        digest = hashlib.new(HASHES[hashed_by], content).digest()
        if attributes.get(MESSAGE_DIGEST) != [Node(OCTET_STRING, digest)]:
            raise Broken("what was signed is another content")
        if attributes.get(CONTENT_TYPE) != [Node(OBJECT, STAMP_INFO)]:
            raise Broken("what was signed is no time stamp")


def check_stamps(
    contents: Contents, found: dict[str, Checkpoint], number: int, findings: Findings
) -> None:
    """Check each time stamp against the checkpoint that its name says; `number` of them there are.

    The moments are said, and that nobody checked who signed them.
    """
    names = [name for name in sorted(contents.names) if name.startswith(STAMPS)]
    if len(names) != number:
        what = f"there are {len(names):,} time stamps, the manifest says {number:,}"
        findings.fault(STAMPS, what)
    moments = []
    for name in names:
        size, moment, fault = _checked(contents, name, found)
        if fault:
            findings.fault(name, fault, version=size)
            continue
        findings.count("time stamps, of their checkpoints' texts")
        moments.append({"size": size, "stamped_at": moment})
    if moments:
        findings.said["time_stamps"] = moments
        what = "signatures of time stamps: whether you trust the authorities (openssl ts -verify)"
        findings.could_not(what, len(moments))


def _checked(contents: Contents, name: str, found: dict[str, Checkpoint]) -> tuple[int, str, str]:
    """The size of a stamp's checkpoint, its moment, and what is wrong with it."""
    named = STAMP_NAME.fullmatch(name)
    if named is None:
        return 0, "", "this is no name of a time stamp"
    size = int(named[1])
    texts = [one.note.text for one in found.values() if one.size == size]
    try:
        stamp = stamp_of(contents.read(name))
    except Broken as broken:
        return size, "", f"this is no time stamp: {broken}"
    if not texts:
        return size, "", "there is no checkpoint that it could be of"
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    if stamp.algorithm != "sha256" or stamp.imprint not in digests:
        return size, "", f"it is not of the checkpoint of {size:,} events, but of another text"
    return size, stamp.moment, ""
