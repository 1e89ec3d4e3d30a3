"""`privacy subject-access`: two files that only their owner may read, and a read that is noted."""

import http.client
import json
import stat
from urllib.parse import urlsplit

import pytest

CHILD = "c-2019-0003"


@pytest.fixture(scope="module")
def custodian(demonstration):
    """Ask the demonstration as its custodian."""
    secret = (demonstration.folder / ".data" / "keys" / "custodian").read_text().strip()
    parts = urlsplit(demonstration.url)

    def ask(method, path, body=None):
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        connection.request(method, f"/v1/ledgers/wlz/{path}", body and json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else None

    return ask


def test_everything_held_is_written_for_its_owner_alone(demonstration, type_in, custodian):
    status, _ = custodian("PUT", f"identities/{CHILD}", {"name": "Ada <script>Marked"})
    assert status in {200, 201}
    words = ("privacy", "subject-access", CHILD, "--out", "access/ada")
    told = type_in(*words, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert "Ada" not in told.out
    folder = demonstration.folder / "access" / "ada"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["child.html", "child.json"]
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = json.loads((folder / "child.json").read_text(encoding="utf-8"))
    assert held["identity"]["content"]["name"] == "Ada <script>Marked"
    assert [payment["payment"] for payment in held["payments"]] == ["P684", "P16842"]
    page = (folder / "child.html").read_text(encoding="utf-8")
    assert "Ada &lt;script&gt;Marked" in page
    assert "<script" not in page
    assert "GBP 1,680.00" in page
    _, reads = custodian("GET", f"identities/{CHILD}/reads")
    assert [one["purpose"] for one in reads["items"]] == ["subject_access"]
    again = type_in(*words, folder=demonstration.folder)
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err
    assert len(custodian("GET", f"identities/{CHILD}/reads")[1]["items"]) == 1


@pytest.mark.parametrize(
    "words, code, said",
    [
        ((CHILD, "--as", "auditor"), 1, "role_missing"),
        (("c-9999",), 1, "unknown_child"),
        ((CHILD, "--as", "nobody"), 2, "no key of `nobody`"),
    ],
    ids=["another role", "nobody's reference", "no key"],
)
def test_what_is_refused_writes_no_file(demonstration, type_in, words, code, said):
    out = demonstration.folder / "nothing"
    told = type_in("privacy", "subject-access", *words, "--out", str(out),
        folder=demonstration.folder)  # fmt: skip
    assert told.code == code
    assert said in told.err
    assert not out.exists()
