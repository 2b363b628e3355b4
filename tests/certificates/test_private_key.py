"""Keys: what opens, what is refused before any work is done, and one message for wrong passwords."""

import os
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates import envelope, private_key
from certificates.checks import examine
from certificates.der import Unreadable
from certificates.evidence import Situation, Upload
from certificates.lookalike import encrypt_key, integer
from tests.certificates import keys
from tests.certificates.conftest import NOW, Issue, judge, line, rsa_key


def opened(data: bytes, password: bytes) -> private_key.PrivateKey:
    return private_key.open_with(envelope.read(data), password).key


def refusal(data: bytes, password: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        opened(data, password)
    return problem.value.code


def test_it_opens_what_the_sat_makes() -> None:
    key = rsa_key()

    assert opened(encrypt_key(key, b"12345678a"), b"12345678a").modulus == key.public_key().public_numbers().n


@pytest.mark.parametrize("write", [keys.aes256_sha512, keys.md5_des])
def test_it_opens_what_other_programs_made(write: object) -> None:
    data = write(keys.pkcs8(rsa_key()), b"abc")  # type: ignore[operator]

    assert opened(data, b"abc").exponent == 65537
    assert refusal(data, b"abd") == "password"


def test_an_old_cipher_is_told(issue: Issue, situation: Situation) -> None:
    pair = issue()

    report = judge(pair, situation, key=keys.md5_des(keys.pkcs8(pair.private_key), pair.password))

    assert report.ok
    assert line(report, "llave").state == "aviso"


@pytest.mark.parametrize("data", keys.KILLERS.values(), ids=keys.KILLERS.keys())
def test_a_file_that_sets_a_ruinous_cost_is_answered_at_once(issue: Issue, data: bytes) -> None:
    upload = Upload(issue().certificate, data, b"12345678a")
    started = time.process_time()  # other processes of the machine do not count

    report = examine(upload, Situation(NOW))

    assert time.process_time() - started < 0.05
    assert line(report, "llave").reason == "key.cost"
    assert report.refused_at_once


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (keys.with_header(integer(100_001)), "key.cost"),
        (keys.with_header(integer(2048), cipher=keys.DES), "key.obsolete"),
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
        envelope.read(data)

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

    assert refusal(keys.aes256_sha512(shortened, b"abc"), b"abc") in ("key.damaged", "password")


def test_every_wrong_password_gets_one_and_the_same_answer(issue: Issue, situation: Situation) -> None:
    pair = issue()
    count = 20_000 if os.environ.get("FUZZ") else 2_000

    codes = {refusal(pair.key, b"mala%d" % number) for number in range(count)}

    assert codes == {"password"}


def test_nothing_prints_the_key(issue: Issue) -> None:
    key = opened(issue().key, b"12345678a")

    assert str(key.numbers.d) not in repr(key)
    assert str(key.numbers.d) not in repr(private_key.open_with(envelope.read(issue().key), b"12345678a"))
