"""A time stamp authority of the tests, by the program `openssl`."""

import shutil
import subprocess
from pathlib import Path

CONFIGURATION = """[req]
distinguished_name = nobody
[nobody]
[root]
basicConstraints = critical, CA:TRUE
[signer]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
DAYS = "36500"


class Authority:
    """Answers requests for time stamps from a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        """Make a root, and a certificate below it that may stamp."""
        assert shutil.which("openssl"), "openssl is missing: apt-get install openssl"
        folder.mkdir()
        self._folder = folder
        self.root = folder / "root.pem"
        (folder / "a.cnf").write_text(CONFIGURATION)
        (folder / "serial").write_text("01\n")
        new = ("req", "-config", "a.cnf", "-newkey", "rsa:2048", "-nodes")
        root = ("-x509", "-extensions", "root", "-days", DAYS, "-subj", f"/CN={name} root")
        self._run(*new, *root, "-keyout", "root.key", "-out", "root.pem")
        self._run(*new, "-subj", f"/CN={name}", "-keyout", "signer.key", "-out", "signer.csr")
        below = ("-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "2", "-days", DAYS)
        extended = ("-extfile", "a.cnf", "-extensions", "signer")
        self._run("x509", "-req", "-in", "signer.csr", *below, *extended, "-out", "signer.pem")

    def answer(self, request: bytes) -> bytes:
        """The response to a request, both in DER."""
        (self._folder / "query.tsq").write_bytes(request)
        by = ("-signer", "signer.pem", "-inkey", "signer.key")
        words = ("ts", "-reply", "-config", "a.cnf", "-section", "here")
        self._run(*words, "-queryfile", "query.tsq", *by, "-out", "reply.tsr")
        return (self._folder / "reply.tsr").read_bytes()

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            ["openssl", *words], cwd=self._folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
