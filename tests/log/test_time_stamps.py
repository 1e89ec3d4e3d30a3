"""Time stamps: of one text, by one authority, and of nothing and nobody else."""

import datetime
from pathlib import Path

import pytest

from ledger.log.signing.time_stamp import (
    RESPONSE_BYTES_MAX,
    StampWrong,
    moment_in,
    must_be_signed,
    request_of,
)
from tests.log.authority import Authority

TEXT = "ledger.example/wlz\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
REJECTED = bytes.fromhex("30053003020102")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "here", "An authority")


@pytest.fixture(scope="module")
def response(authority: Authority) -> bytes:
    return authority.answer(request_of(TEXT))


def test_a_response_dates_the_text_that_was_asked_for(
    authority: Authority, response: bytes
) -> None:
    must_be_signed(response, TEXT, [authority.root.read_bytes()])
    age = datetime.datetime.now(datetime.UTC) - moment_in(response, TEXT)
    assert abs(age) < datetime.timedelta(minutes=5)


def test_a_request_is_always_the_same_bytes(response: bytes) -> None:
    assert request_of(TEXT) == request_of(TEXT)
    assert request_of(TEXT) != request_of(TEXT + "\n")
    assert len(response) < RESPONSE_BYTES_MAX


def test_a_response_about_another_text_is_refused(authority: Authority, response: bytes) -> None:
    with pytest.raises(StampWrong, match="of another text"):
        moment_in(response, TEXT.replace("1", "2"))
    with pytest.raises(StampWrong, match="of another text"):
        must_be_signed(response, TEXT.replace("1", "2"), [authority.root.read_bytes()])


def test_a_response_of_an_authority_that_is_not_trusted_is_refused(
    response: bytes, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other", "Another authority").root.read_bytes()
    for roots in ([other], [], [b"no certificate"]):
        with pytest.raises(StampWrong, match="whom you trust"):
            must_be_signed(response, TEXT, roots)


@pytest.mark.parametrize("wrong", [b"", b"x", REJECTED, bytes(RESPONSE_BYTES_MAX + 1)])
def test_what_is_no_granted_response_is_refused(wrong: bytes) -> None:
    with pytest.raises(StampWrong):
        moment_in(wrong, TEXT)


def test_no_changed_byte_changes_the_moment(authority: Authority, response: bytes) -> None:
    moment, roots = moment_in(response, TEXT), [authority.root.read_bytes()]
    for place in range(len(response)):
        changed = response[:place] + bytes([response[place] ^ 1]) + response[place + 1 :]
        try:
            must_be_signed(changed, TEXT, roots)
        except StampWrong:
            continue
        assert moment_in(changed, TEXT) == moment
