"""The SAT's authorities that we ship: dated copies, each held to its fingerprint and its root.

Where they are from: AC0 to AC5 and their roots from satcfdi; AC6, AC7 and ARC6 agree in four public places;
the SAT itself publishes the test authorities with its test certificates. ARC is Banco de México's Agencia
Registradora Central, the root of all. A further authority is added in admin, or named in settings.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from certificates.authorities.chain import Authority, Environment
from certificates.x509 import certificate

FOLDER = Path(__file__).with_name("files")


class AuthorityFileDamaged(Exception):
    """A file is not the one that we shipped, or its root has not signed it."""


@dataclass(frozen=True)
class ShippedAuthority:
    """An authority's certificate among our files: `<code>.cer`."""

    code: str
    starts: date
    ends: date
    sha256: str = field(repr=False)
    # The code of who must have signed it; "" where that one's certificate is not at hand.
    root: str = ""
    environment: Environment = Environment.PRODUCTION

    def read(self) -> bytes:
        """The certificate in DER. Raises AuthorityFileDamaged."""
        data = (FOLDER / f"{self.code}.cer").read_bytes()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise AuthorityFileDamaged(f"{self.code}.cer is not the file that was shipped.")
        return data


ROOTS = (
    ShippedAuthority(
        "ARC0",
        date(2001, 6, 20),
        date(2011, 6, 20),
        "11f0f4ab4b06105af76b0b98f3643c4cd1c26ebd9db51524166cf5ccdb39f172",
        root="ARC0",
    ),
    ShippedAuthority(
        "ARC2",
        date(2010, 7, 20),
        date(2026, 7, 20),
        "5035edf21401e2d23fe39ac1893ee02fa7bd09a870619ecb13e3f1b29e8a0009",
        root="ARC2",
    ),
    ShippedAuthority(
        "ARC5",
        date(2018, 12, 7),
        date(2034, 12, 3),
        "cbf3e084a86cac5ef1060b9242196eec15e8786931ffff05466ba7becd43b15e",
        root="ARC5",
    ),
    ShippedAuthority(
        "ARC6",
        date(2023, 3, 17),
        date(2039, 3, 17),
        "a86baf49b2e91d0141722c4e7026ab246183a8072926e9983edbd4e5ba72515d",
        root="ARC6",
    ),
    ShippedAuthority(
        "ARC_UAT_2010",
        date(2010, 2, 15),
        date(2018, 2, 15),
        "d50c91d1f13315bf6a06d4463b2d245ea0e536ce7d1cc487fe6a84a2ff5e1dd6",
        root="ARC_UAT_2010",
        environment=Environment.TEST,
    ),
    ShippedAuthority(
        "ARC_UAT_2022",
        date(2021, 8, 11),
        date(2037, 8, 11),
        "1ab38194818b59ed7f279e4ed42c7eb61f07d595dcc48dbb2110738824269b88",
        root="ARC_UAT_2022",
        environment=Environment.TEST,
    ),
)

ISSUERS = (
    ShippedAuthority(
        "AC0",
        date(2004, 10, 27),
        date(2008, 10, 27),
        "dea351137799ea3841217710308eca5f37fd2f4ae3dfca7f7580fcbc1e5fe6a4",
        root="ARC0",
    ),
    ShippedAuthority(
        "AC1",
        date(2008, 10, 16),
        date(2016, 10, 14),
        "c56a29f41377062c4686c9af0cf00cd48176f22f356239a4616c8c3bf669c6d8",
        root="AC1",
    ),
    ShippedAuthority(
        "AC2",
        date(2011, 12, 16),
        date(2019, 12, 16),
        "4e166a2a5d88ada1f24dfe1a85b56fcc905322f805ef6a6b67472de5f6a20869",
        root="ARC2",
    ),
    ShippedAuthority(
        "AC3",
        date(2013, 4, 29),
        date(2021, 4, 29),
        "cef5304ab651e3031f8010ad68b557d0489214aa715f76fcd55d602109c44236",
        root="ARC2",
    ),
    ShippedAuthority(
        "AC4",
        date(2015, 5, 25),
        date(2023, 5, 25),
        "9ce0c3a0a7b4b992388cfd903ca2241af5187e45bceb23af735fc4e3b206afce",
        root="ARC2",
    ),
    ShippedAuthority(
        "AC5",
        date(2019, 5, 3),
        date(2027, 5, 3),
        "1ac6325143920fc047b6506e42540944fa6590b44560807b564c5603d15add8e",
        root="ARC5",
    ),
    ShippedAuthority(
        "AC6",
        date(2023, 3, 24),
        date(2031, 3, 24),
        "054e8f213ff2228254d8f87ec43d2e7c2eda628d927c270b9a77d1d09eef9418",
        root="ARC6",
    ),
    ShippedAuthority(
        "AC7",
        date(2023, 5, 23),
        date(2031, 5, 23),
        "6d1d1f871f0d69233fc94526fecf826bee67181782d6b7e5320b279c97e8dac7",
        root="ARC6",
    ),
    ShippedAuthority(
        "AC_UAT_2018",
        date(2018, 2, 23),
        date(2022, 2, 23),
        "b089d761a431504f450839d71283c5b2862f551d8fed7cabf2adbaa24fea2adb",
        environment=Environment.TEST,
    ),
    ShippedAuthority(
        "AC_UAT_2022",
        date(2022, 3, 4),
        date(2030, 3, 4),
        "ff9c220344614c06fa483b846d7959f9ba0806dfa85610f4ace3b2df8aefacf9",
        root="ARC_UAT_2022",
        environment=Environment.TEST,
    ),
)


@cache
def load() -> dict[str, bytes]:
    """Every certificate by its code, proved: fingerprint and signature. Raises AuthorityFileDamaged."""
    files = {each.code: each.read() for each in (*ROOTS, *ISSUERS)}
    for each in (*ROOTS, *ISSUERS):
        root = Authority.of(files[each.root], each.environment) if each.root else None
        if root and not root.signed(certificate.load(files[each.code])):
            raise AuthorityFileDamaged(f"{each.code}.cer is not signed by {each.root}.")
    return files


def issuers(environment: Environment) -> Iterator[bytes]:
    """The certificates of those that issue CSDs."""
    return (load()[each.code] for each in ISSUERS if each.environment is environment)


def roots(environment: Environment) -> Iterator[bytes]:
    """The certificates of those that authorities are held to."""
    return (load()[each.code] for each in ROOTS if each.environment is environment)
