"""The server's own keys, made once in DATA/keys: certificate for FTPS, host key for SFTP. Stations remember them, so they stay."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sen.kernel import clock

_YEARS = 10


def ftps_certificate(data: Path) -> Path:
    """PEM file with key and self-signed certificate; an administrator may put a real one in its place."""
    path = data / "keys" / "ftps.pem"
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sen-ftps")])
        now = clock.now()
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365 * _YEARS))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ) + certificate.public_bytes(serialization.Encoding.PEM)
        _write_secret(path, pem)
    return path


def sftp_host_key(data: Path) -> Path:
    """Ed25519 host key in OpenSSH form."""
    path = data / "keys" / "sftp_host_key"
    if not path.exists():
        _write_secret(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return path


def _write_secret(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    hidden = path.with_suffix(".new")
    descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    hidden.replace(path)
