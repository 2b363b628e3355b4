"""Keys: what opens, what is refused before any work is done, and one message for wrong passwords."""

import os
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import examine
from certificates.testing import encrypt_key, integer
from certificates.x509 import key_header, private_key
from certificates.x509.der import Unreadable
from certificates.x509.private_key import Hint
from tests.certificates import keys
from tests.certificates.conftest import NOW, Issue, judge, line, rsa_key


def opened(data: bytes, password: bytes) -> private_key.PrivateKey:
    return private_key.open_with(key_header.read(data), password).key


def refusal(data: bytes, password: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        opened(data, password)
    return problem.value.code


def test_it_opens_what_the_sat_makes() -> None:
    key = rsa_key()

    assert opened(encrypt_key(key, b"12345678a"), b"12345678a").modulus == key.public_key().public_numbers().n


@pytest.mark.parametrize("write", [keys.aes256_sha512, *keys.OLD])
def test_it_opens_what_other_programs_made(write: Callable[[bytes, bytes], bytes]) -> None:
    data = write(keys.pkcs8(rsa_key()), b"abc")

    assert opened(data, b"abc").exponent == 65537
    assert refusal(data, b"abd") == "password"


@pytest.mark.parametrize("write", keys.OLD)
def test_an_old_cipher_is_told(
    issue: Issue, context: CheckContext, write: Callable[[bytes, bytes], bytes]
) -> None:
    pair = issue()

    report = judge(pair, context, key=write(keys.pkcs8(pair.private_key), pair.password))

    assert report.ok
    result = line(report, "key")
    assert result.state == "warning"
    assert "cifrado antiguo" in result.title
    assert "renueve su CSD" in result.action


OPENSSL = shutil.which("openssl")
WRITTEN_BY_OPENSSL = {
    "-v2 des3": "",
    "-v2 des3 -v2prf hmacWithSHA1": "",
    "-v2 aes256": "",
    "-v2 des-ede": "",
    "-v2 des-cbc": "",
    "-v1 PBE-MD5-DES": "",
    "-v1 PBE-SHA1-DES": "",
    "-v1 PBE-SHA1-3DES": "",
    "-v1 PBE-SHA1-RC2-40": "",
    "-v1 PBE-SHA1-RC4-128": "",
    "-v1 PBE-MD5-RC2-64": "key.obsolete",
    "-v1 PBE-SHA1-RC2-64": "key.obsolete",
    "-v1 PBE-SHA1-RC2-128": "key.obsolete",
    "-v1 PBE-SHA1-2DES": "key.obsolete",
    "-v1 PBE-SHA1-RC4-40": "key.obsolete",
    "-v2 rc2-cbc": "key.obsolete",
    "-v2 rc2-40-cbc": "key.obsolete",
    "-v2 des-cfb": "key.obsolete",
    "-v2 bf-cbc": "key.obsolete",
    "-v2 cast5-cbc": "key.obsolete",
    "-v2 camellia-256-cbc": "key.scheme",
    "-v2 aes-256-cfb": "key.scheme",
}


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl here to write keys with")
@pytest.mark.parametrize("options", WRITTEN_BY_OPENSSL)
def test_what_openssl_writes_opens_or_is_named(options: str) -> None:
    command = ["pkcs8", "-topk8", "-inform", "DER", "-outform", "DER", "-passout", "pass:abc"]
    providers = ["-provider", "legacy", "-provider", "default"]
    done = subprocess.run(  # noqa: S603
        [str(OPENSSL), *command, *options.split(), *providers],
        input=keys.pkcs8(rsa_key()),
        check=False,
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("this openssl does not write it")

    if code := WRITTEN_BY_OPENSSL[options]:
        assert refusal(done.stdout, b"abc") == code
    else:
        assert opened(done.stdout, b"abc").exponent == 65537


@pytest.mark.parametrize(
    "scheme",
    [
        "1.2.840.113549.1.5.1",
        "1.2.840.113549.1.5.4",
        "1.2.840.113549.1.5.6",
        "1.2.840.113549.1.5.11",
        "1.2.840.113549.1.12.1.5",
    ],
)
def test_what_no_library_reads_any_more_says_to_renew(
    issue: Issue, context: CheckContext, scheme: str
) -> None:
    """MD2 with DES and with RC2, MD5 with RC2, SHA-1 with RC2."""
    result = line(judge(issue(), context, key=keys.pbes1_header(scheme)), "key")

    assert (result.state, result.reason) == ("bad", "key.obsolete")
    assert "cifrado antiguo" in result.title
    assert "Renueve su CSD" in result.action


# --- passwords


@pytest.mark.parametrize(
    ("typed", "written", "hint"),
    [
        ("Clave€1A", "Clave€1A".encode(), Hint.NONE),
        ("Clave€1A", "Clave€1A".encode("cp1252"), Hint.WINDOWS),
        ("Año–2026", "Año–2026".encode("cp1252"), Hint.WINDOWS),
        ("“Sello”", "“Sello”".encode("cp1252"), Hint.WINDOWS),
        ("l’Año…", "l’Año…".encode("cp1252"), Hint.WINDOWS),
        ("DISEÑOS2020", "DISEÑOS2020".encode("latin-1"), Hint.WINDOWS),
        ("¡Año!", "¡Año!".encode("latin-1"), Hint.LATIN_1),
        ("Contraseña1", "Contraseña1".encode("mac_roman"), Hint.MAC),
        ("Ñandú€", "Ñandú€".encode("mac_roman"), Hint.MAC),
        ("Contraseña1", "Contraseña1".encode("cp850"), Hint.DOS),
        ("¿Ñandú?", "¿Ñandú?".encode("cp850"), Hint.DOS),
        (unicodedata.normalize("NFD", "Año2026"), "Año2026".encode(), Hint.COMPOSED),
        ("Año2026", unicodedata.normalize("NFD", "Año2026").encode(), Hint.COMPOSED),
        (unicodedata.normalize("NFD", "Año2026"), "Año2026".encode("cp1252"), Hint.WINDOWS),
        (unicodedata.normalize("NFD", "Ñandú€"), "Ñandú€".encode("mac_roman"), Hint.MAC),
    ],
)
def test_a_password_opens_in_the_bytes_of_the_machine_that_made_the_key(
    issue: Issue, context: CheckContext, typed: str, written: bytes, hint: Hint
) -> None:
    pair = issue(password=written)

    assert private_key.open_with(key_header.read(pair.key), typed.encode()).hint is hint
    report = judge(pair, context, password=typed.encode())
    assert report.ok
    assert line(report, "password").state == ("warning" if hint else "good")


def test_bytes_of_a_terminal_that_is_not_utf_8_open_a_key_made_with_utf_8() -> None:
    data = encrypt_key(rsa_key(), "Año2026".encode())

    assert opened(data, "Año2026".encode("latin-1")).exponent == 65537


def test_all_spellings_together_cost_no_more_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = 0
    derive = private_key._derive

    def counted(
        found: key_header.KeyHeader, kind: key_header.CipherKind, password: bytes
    ) -> tuple[bytes, bytes]:
        nonlocal spent
        spent += found.rounds
        return derive(found, kind, password)

    monkeypatch.setattr(private_key, "_derive", counted)
    for iterations in (1, 2048, 9_000, 30_000, 60_000, 100_000):
        for write in (keys.aes256_sha512, keys.md5_des):
            data = write(keys.pkcs8(rsa_key()), b"abc", iterations)
            spent = 0
            report = examine(CsdUpload(b"", data, "  ñÑ€“áÉ” ".encode()), CheckContext(NOW))
            assert line(report, "password").state == "bad"
            most = private_key.MAX_ROUNDS + private_key.MAX_ROUNDS_FOR_HINTS
            assert 0 < spent <= max(most, key_header.read(data).rounds)


@pytest.mark.parametrize("around", [" ", "\u00a0", "\u200b", "\ufeff", "\t", "\u2003"])
def test_blanks_that_came_along_are_named_even_when_they_cannot_be_seen(
    issue: Issue, context: CheckContext, around: str
) -> None:
    pair = issue()

    behind = line(judge(pair, context, password=f"12345678a{around}".encode()), "password")
    before = line(judge(pair, context, password=f"{around}12345678a".encode()), "password")

    assert (behind.reason, before.reason) == ("trailing_space", "leading_space")


def test_a_wrong_password_of_a_fiels_key_says_whose_key_it_seems(issue: Issue, context: CheckContext) -> None:
    name = "Claveprivada_FIEL_PNA190312AB1_20260101.key"

    result = line(judge(issue(), context, password=b"otra", key_name=name), "password")

    assert "es de su FIEL" in result.message
    assert "empezar con CSD_" in result.action


@pytest.mark.parametrize("data", keys.KILLERS.values(), ids=keys.KILLERS.keys())
def test_a_file_that_sets_a_ruinous_cost_is_answered_at_once(issue: Issue, data: bytes) -> None:
    upload = CsdUpload(issue().certificate, data, b"12345678a")
    started = time.process_time()  # other processes of the machine do not count

    report = examine(upload, CheckContext(NOW))

    assert time.process_time() - started < 0.05
    assert line(report, "key").reason == "key.cost"
    assert report.refused_at_once


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (keys.with_header(integer(100_001)), "key.cost"),
        (keys.with_header(integer(2048), cipher="1.2.840.113549.3.2"), "key.obsolete"),
        (keys.with_header(integer(2048), cipher=keys.DES, iv=0), "key"),
        (keys.with_header(integer(2048), cipher=keys.DES_EDE, iv=7), "key"),
        (keys.with_header(integer(100_001), cipher=keys.DES_EDE), "key.cost"),
        (keys.with_header(integer(2048), cipher="1.2.3.4"), "key.scheme"),
        (keys.with_header(integer(2048), iv=7), "key"),
        (keys.with_header(integer(2048), salt=b"s" * 65), "key"),
        (keys.with_header(integer(2048), salt=b""), "key"),
        (keys.with_header(integer(2048), content=b"x" * 63), "key"),
        (keys.with_header(integer(2048), content=b"x" * 4104), "key"),
        (b"", "key"),
        (b"\x30\x00", "key"),
    ],
)
def test_the_header_is_refused_before_anything_is_decrypted(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        key_header.read(data)

    assert problem.value.code == code


def test_a_key_of_another_kind_is_told_apart_from_a_wrong_password() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    assert refusal(keys.aes256_sha512(other, b"abc"), b"abc") == "key.not_rsa"


@pytest.mark.parametrize("size", [1024, 5120])
def test_only_keys_of_2048_to_4096_bits_pass(size: int) -> None:
    assert refusal(encrypt_key(rsa_key(5, size), b"abc"), b"abc") == "key.size"


@pytest.mark.parametrize("name", ["n", "e", "d", "p", "q", "dp", "dq", "qinv"])
@pytest.mark.parametrize("change", [lambda value: value + 2, lambda value: 0, lambda value: value << 4096])
def test_numbers_that_do_not_belong_together_never_reach_openssl(name: str, change: object) -> None:
    key = rsa_key()
    private, public = key.private_numbers(), key.public_key().public_numbers()
    present = {
        "n": public.n,
        "e": public.e,
        "d": private.d,
        "p": private.p,
        "q": private.q,
        "dp": private.dmp1,
        "dq": private.dmq1,
        "qinv": private.iqmp,
    }
    changed = keys.rsa_numbers(key, **{name: change(present[name])})  # type: ignore[operator]

    assert refusal(keys.aes256_sha512(changed, b"abc"), b"abc") in ("key.damaged", "key.size")


def test_a_truncated_key_behind_the_right_password_is_damaged() -> None:
    plain = keys.pkcs8(rsa_key())
    shortened = plain.replace(plain[26:30], b"\x30\x03\x02\x01", 1)

    encrypted = keys.aes256_sha512(shortened, b"abc")

    assert refusal(encrypted, b"abc") == "key.damaged"
    assert refusal(encrypted, b"abd") == "password"


def test_every_wrong_password_gets_one_and_the_same_answer(issue: Issue, context: CheckContext) -> None:
    pair = issue()
    count = 20_000 if os.environ.get("FUZZ") else 2_000

    codes = {refusal(pair.key, b"mala%d" % number) for number in range(count)}

    assert codes == {"password"}


def test_nothing_prints_the_key(issue: Issue) -> None:
    key = opened(issue().key, b"12345678a")

    assert str(key.numbers.d) not in repr(key)
    assert str(key.numbers.d) not in repr(private_key.open_with(key_header.read(issue().key), b"12345678a"))
