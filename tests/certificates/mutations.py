"""Hostile uploads made from good ones: seeded, so that a failure can be made again."""

import base64
import random
from collections.abc import Iterator

from certificates.checks.evidence import CsdUpload
from certificates.testing import Pair
from tests.certificates import keys

INTERESTING = (0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x1E, 0x30, 0x31, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xA3, 0xFF)


def hostile(pairs: list[Pair], count: int, seed: int) -> Iterator[CsdUpload]:
    """`count` uploads, none of which is one of `pairs` as it was."""
    dice = random.Random(seed)  # noqa: S311  (to be repeated, not to be secret)
    for _ in range(count):
        pair = dice.choice(pairs)
        certificate, key, password = pair.certificate, pair.key, pair.password
        match dice.randrange(8):
            case 0 | 1 | 2:
                certificate = mutate(certificate, dice)
            case 3 | 4:
                key = mutate(key, dice)
            case 5:
                certificate, key = mutate(certificate, dice), mutate(key, dice)
            case 6:
                key = behind_the_password(pair, dice)
            case _:
                certificate, key = key, certificate
                certificate = mutate(certificate, dice)
        if dice.random() < 0.1:
            certificate = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(certificate)
        yield CsdUpload(certificate, key, password)


def behind_the_password(pair: Pair, dice: random.Random) -> bytes:
    """A key that opens with the right password onto something rotten."""
    key = pair.private_key
    if dice.random() < 0.5:
        return keys.aes256_sha512(mutate(keys.pkcs8(key), dice), pair.password, iterations=1)
    name = dice.choice(["n", "e", "d", "p", "q", "dp", "dq", "qinv"])
    number = dice.getrandbits(dice.choice([1, 32, 1024, 2048, 8000]))
    return keys.aes256_sha512(keys.rsa_numbers(key, **{name: number}), pair.password, iterations=1)


def mutate(data: bytes, dice: random.Random) -> bytes:
    """One to four changes; never the same bytes."""
    changed = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        _change(changed, dice)
    # Not a zero, nor a blank: those may stand behind a good file.
    return bytes(changed) if bytes(changed) != data else data + b"\x01"


def _change(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data)) if data else 0
    match dice.randrange(9):
        case 0 | 1 if data:
            data[at] ^= 1 << dice.randrange(8)
        case 2 | 3 if data:
            data[at] = dice.choice(INTERESTING)
        case 4:
            del data[at:]
        case 5:
            del data[at : at + dice.randrange(1, 64)]
        case 6:
            data[at:at] = dice.randbytes(dice.randrange(1, 64))
        case 7:
            data[at:at] = data[at : at + dice.randrange(1, 400)]
        case _:
            data[at : at + 8] = dice.randbytes(8)
