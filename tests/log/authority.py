"""A time stamp authority of the tests: certificates made here, answers by the program `openssl`."""

import datetime
import shutil
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIGURATION = """[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
BEGIN = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
END = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


class Authority:
    """Answers requests for time stamps from a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        """Make a root, and a certificate below it that may stamp."""
        folder.mkdir()
        self._folder = folder
        root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        root_name = _name(f"{name} root")
        root = _certificate(root_name, root_name, root_key, root_key, stamps=False)
        signer = _certificate(_name(name), root_name, key, root_key, stamps=True)
        self.root = folder / "root.pem"
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
        (folder / "signer.key").write_bytes(
            key.private_bytes(
                Encoding.PEM,
                PrivateFormat.PKCS8,
                NoEncryption(),
            )
        )
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")

    def answer(self, request: bytes) -> bytes:
        """The response to a request, both in DER."""
        assert shutil.which("openssl"), "openssl is missing: apt-get install openssl"
        query, reply = self._folder / "query.tsq", self._folder / "reply.tsr"
        query.write_bytes(request)
        words = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", query.name]
        words += ["-signer", "signer.pem", "-inkey", "signer.key", "-out", reply.name]
        subprocess.run(words, cwd=self._folder, check=True, capture_output=True)
        return reply.read_bytes()


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    *,
    stamps: bool,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
