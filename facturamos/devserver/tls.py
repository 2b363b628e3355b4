"""Certificates for servers on this machine, from an authority that only those trust who are told to."""

import datetime
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

type ServerKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DAY = datetime.timedelta(days=1)
# Shorter than OpenSSL's second security level takes, as is something about the SAT's own server.
WEAK_BITS = 1024
WEAK_CIPHERS = "DEFAULT@SECLEVEL=1"


@dataclass(frozen=True)
class _Issuer:
    """Who signs: a name and its key."""

    name: x509.Name
    key: ServerKey


class LocalAuthority:
    """A certificate authority. Its key stays in memory; `certificate` is what a client has to trust."""

    def __init__(self, name: str = "Autoridad de demostración (solo en esta máquina)") -> None:
        self._issuer = _Issuer(_named(name), ec.generate_private_key(ec.SECP256R1()))
        made = _signed(_build(self._issuer.name, self._issuer, self._issuer.key, (-1, 365)), self._issuer, [])
        self.certificate = made.public_bytes(serialization.Encoding.PEM)

    def write(self, path: Path) -> None:
        """Puts the certificate where a client's settings name it: whole, or as it was."""
        unfinished = path.with_name(f"{path.name}.part")
        unfinished.write_bytes(self.certificate)
        unfinished.replace(path)

    def server(
        self,
        *names: str,
        days: tuple[int, int] = (-1, 365),
        self_signed: bool = False,
        weak: bool = False,
        bare: bool = False,
    ) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for `names` (DNS names or addresses).

        `days`: from when until when it is valid, counted from today. `weak`: only clients that lower
        OpenSSL's security level accept it. `bare`: without the AuthorityKeyIdentifier, as Exchange's own are.
        """
        made, key = self._pair(names, days, self_signed=self_signed, weak=weak, bare=bare)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if weak:
            context.set_ciphers(WEAK_CIPHERS)
        _load(context, made, key)
        return context

    def server_files(
        self,
        *names: str,
        certificate: Path,
        key: Path,
        days: tuple[int, int] = (-1, 365),
        self_signed: bool = False,
    ) -> None:
        """The same for a server that reads its pair from files of its own; both in PEM."""
        made, made_key = self._pair(names, days, self_signed=self_signed)
        key.touch(mode=0o600)
        key.write_bytes(_pem(made_key))
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def _pair(
        self,
        names: tuple[str, ...],
        days: tuple[int, int],
        *,
        self_signed: bool = False,
        weak: bool = False,
        bare: bool = False,
    ) -> tuple[x509.Certificate, ServerKey]:
        key: ServerKey = (
            rsa.generate_private_key(65537, WEAK_BITS) if weak else ec.generate_private_key(ec.SECP256R1())
        )
        subject = _named(names[0])
        issuer = _Issuer(subject, key) if self_signed else self._issuer
        made = _signed(_build(subject, issuer, key, days, bare=bare), issuer, list(names))
        return made, key


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _build(
    subject: x509.Name, issuer: _Issuer, key: ServerKey, days: tuple[int, int], *, bare: bool = False
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * DAY)
        .not_valid_after(now + days[1] * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if bare:
        return builder
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return builder.add_extension(authority, critical=False)


def _signed(builder: x509.CertificateBuilder, issuer: _Issuer, names: list[str]) -> x509.Certificate:
    """A server's certificate, or without `names` an authority's."""
    builder = builder.add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    if names:
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    else:
        builder = builder.add_extension(_MAY_SIGN, critical=True)
    return builder.sign(issuer.key, hashes.SHA256())


_MAY_SIGN = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _load(context: ssl.SSLContext, certificate: x509.Certificate, key: ServerKey) -> None:
    """OpenSSL reads a pair from files only: one is there for a moment."""
    content = _pem(key)
    with TemporaryDirectory(prefix="facturamos-") as folder:
        path = Path(folder) / "pair"
        path.touch(mode=0o600)
        path.write_bytes(content + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)


def _pem(key: ServerKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
