"""The two files of a CSD however they come: in either order, together, or in the .zip they were sent in.

Pure. What a file is says its content, never its name: names come from strangers, and are only shown. Nothing
is written to a disk, so that paths inside a .zip lead nowhere.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from operator import itemgetter
from pathlib import PurePosixPath

from certificates import file_advice
from certificates.file_types import MAX_BYTES, FileType, recognise
from certificates.x509 import certificate, key_header, private_key
from certificates.x509.certificate import Certificate, CertificateKind
from certificates.x509.der import Unreadable

# With its acuse and a Constancia besides, a .zip of an accountant has some hundred KB.
MAX_ZIP_BYTES = 2 * 1024 * 1024
MAX_FILES = 50
# Of all .zip together; and how big one inside another may be.
MAX_FOUND = 4 * MAX_FILES
MAX_INNER_ZIP_BYTES = 256 * 1024
# How many keys are tried with the password, each at a cost that its file sets within bounds.
MAX_KEYS_TRIED = 4
MEGABYTES = MAX_ZIP_BYTES // 1024**2

KEYS = (FileType.ENCRYPTED_KEY, FileType.PLAIN_KEY, FileType.CONVERTED_KEY)
ZIPS = (
    FileType.ZIP,
    FileType.ZIP_PAIR,
    FileType.ZIP_CERTIFICATE,
    FileType.ZIP_KEY,
    FileType.ZIP_REQUEST,
    FileType.ZIP_OTHER,
)

_ONLY_TWO = "Suba solo el .cer y el .key que va a usar para facturar."
_OPEN_IT = "Ábralo y suba los dos archivos de adentro: el que termina en .cer y el que termina en .key."
_DIRECTORY_ENTRY = b"PK\x01\x02"
_IS_ENCRYPTED = 0x1
# Of the others (bzip2, LZMA) a few bytes may become hundreds of MB before anybody can stop.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What a Mac adds to every .zip, and Windows to every folder.
_ADDED = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_FIEL_KEY_NAME = re.compile(r"fiel", re.IGNORECASE)
_CSD_KEY_NAME = re.compile(r"csd[_-]", re.IGNORECASE)
_NAMES_SHOWN = 3


class Ungathered(Exception):
    """No pair can be told from what was sent; says why and what to do, in a sentence."""


@dataclass(frozen=True, repr=False)
class NamedFile:
    """A file as it was sent: what it was called, and what is in it."""

    name: str
    data: bytes


@dataclass(frozen=True, repr=False)
class GatheredPair:
    """The certificate and the key that were among what was sent."""

    certificate: NamedFile
    key: NamedFile


@dataclass(frozen=True, repr=False)
class _Candidate:
    """A file that can be one half of the pair, with its DER."""

    file: NamedFile
    der: bytes


def is_zip(file: NamedFile) -> bool:
    """Whether it is an archive to be opened, and no document that happens to be one (.docx, .jar)."""
    return recognise(file.data)[0] in ZIPS


def is_certificate(file: NamedFile) -> bool:
    """Whether there is a certificate in it."""
    return recognise(file.data, FileType.CERTIFICATE)[0] is FileType.CERTIFICATE


def is_key(file: NamedFile) -> bool:
    """Whether there is a private key in it, of whatever make."""
    return recognise(file.data, FileType.ENCRYPTED_KEY)[0] in KEYS


def gather(files: Sequence[NamedFile], password: bytes | None = None) -> GatheredPair:
    """The pair among these files and what their .zip hold. Raises Ungathered.

    Where there are several certificates or keys, the password tells which belong together.
    """
    found = list(islice(_opened(files), MAX_FOUND + 1)) if len(files) <= MAX_FILES else []
    if len(files) > MAX_FILES or len(found) > MAX_FOUND:
        raise Ungathered(f"Son demasiados archivos. {_ONLY_TWO}")
    try:
        chosen, key = _certificate_among(found), _key_among(found)
    except Ungathered:
        if pair := _pair_opened_by(password, found):
            return pair
        raise
    if chosen is None or key is None:
        raise Ungathered(_what_is_missing(found, chosen, key))
    return GatheredPair(chosen.file, key.file)


# --- opening


def _opened(files: Iterable[NamedFile]) -> Iterator[NamedFile]:
    for file in files:
        if not is_zip(file):
            yield file
            continue
        for inner in _inside(file, MAX_INNER_ZIP_BYTES):
            if is_zip(inner):
                yield from _opened_within(inner)
            elif len(inner.data) <= MAX_BYTES:
                yield inner


def _opened_within(archive: NamedFile) -> list[NamedFile]:
    """What is in a .zip inside another; itself where that cannot be told: the pair may lie beside it."""
    try:
        return _inside(archive, MAX_BYTES)
    except Ungathered:
        return [archive]


def _inside(archive: NamedFile, largest: int) -> list[NamedFile]:
    called = f"El .zip «{_shown(archive.name)}»"
    if len(archive.data) > MAX_ZIP_BYTES:
        raise Ungathered(f"{called} pesa más de {MEGABYTES} MB. {_OPEN_IT}")
    # Counted before the directory is read, which a hostile one can make long.
    if archive.data.count(_DIRECTORY_ENTRY) > MAX_FILES:
        raise Ungathered(f"{called} trae demasiados archivos. {_OPEN_IT}")
    try:
        return _read(archive, called, largest)
    except Ungathered:
        raise
    except Exception as error:  # what a broken archive makes zipfile raise has no common ancestor
        raise Ungathered(f"{called} está dañado o incompleto. Pida que se lo envíen otra vez.") from error


def _read(archive: NamedFile, called: str, largest: int) -> list[NamedFile]:
    with zipfile.ZipFile(BytesIO(archive.data)) as opened:
        members = [
            each for each in opened.infolist() if not each.is_dir() and not _ADDED.search(each.filename)
        ]
        if any(each.flag_bits & _IS_ENCRYPTED for each in members):
            raise Ungathered(f"{called} tiene contraseña. {_OPEN_IT}")
        # What is too big to be of use, whatever it is, is not even unpacked.
        small = [each for each in members if each.file_size <= largest]
        if any(each.compress_type not in _METHODS for each in small):
            raise Ungathered(f"{called} está comprimido de un modo poco común. {_OPEN_IT}")
        return [NamedFile(_base_name(each.filename), _unpacked(opened, each, largest)) for each in small]


def _unpacked(opened: zipfile.ZipFile, member: zipfile.ZipInfo, largest: int) -> bytes:
    """What the member holds, at most as much as it says itself."""
    with opened.open(member) as file:
        return file.read(largest)


def _base_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


# --- choosing


def _certificate_among(files: Iterable[NamedFile]) -> _Candidate | None:
    """The taxpayer's certificate: a CSD before a FIEL, which an accountant keeps in the same folder."""
    candidates = _candidates(files, FileType.CERTIFICATE, (FileType.CERTIFICATE,))
    read = [(each, _loaded(each.der)) for each in candidates]
    for wanted in (_is_csd, _is_taxpayers):
        fitting = [each for each, loaded in read if loaded and wanted(loaded)]
        if len(fitting) > 1:
            raise Ungathered(f"Hay {len(fitting)} certificados: {_listed(fitting)}. {_ONLY_TWO}")
        if fitting:
            return fitting[0]
    # What cannot be read, or is an authority's, is judged by the checks when nothing else is there.
    return candidates[0] if len(candidates) == 1 else None


def _key_among(files: Iterable[NamedFile]) -> _Candidate | None:
    """The private key. Whose it is only its password tells, so names decide among several."""
    candidates = _candidates(files, FileType.ENCRYPTED_KEY, KEYS)
    if len(candidates) > 1:
        candidates = [each for each in candidates if not _FIEL_KEY_NAME.search(each.file.name)] or candidates
    if len(candidates) > 1:
        named = [each for each in candidates if _CSD_KEY_NAME.match(each.file.name)]
        candidates = named if len(named) == 1 else candidates
    if len(candidates) > 1:
        raise Ungathered(f"Hay {len(candidates)} llaves: {_listed(candidates)}. {_ONLY_TWO}")
    return candidates[0] if candidates else None


def _pair_opened_by(password: bytes | None, files: Sequence[NamedFile]) -> GatheredPair | None:
    """The pair whose key the password opens; of several a CSD, and the one that ends last."""
    keys = _candidates(files, FileType.ENCRYPTED_KEY, KEYS)
    if not password or len(keys) > MAX_KEYS_TRIED:
        return None
    certificates = [
        (each, loaded)
        for each in _candidates(files, FileType.CERTIFICATE, (FileType.CERTIFICATE,))
        if (loaded := _loaded(each.der)) and _is_taxpayers(loaded)
    ]
    pairs = [
        (_is_csd(loaded), loaded.valid_to, GatheredPair(each.file, key.file))
        for key in keys
        if (modulus := _modulus(key.der, password))
        for each, loaded in certificates
        if loaded.modulus == modulus
    ]
    return max(pairs, key=itemgetter(0, 1))[2] if pairs else None


def _modulus(key: bytes, password: bytes) -> int | None:
    try:
        return private_key.open_with(key_header.read(key), password).key.modulus
    except Unreadable:
        return None


def _candidates(
    files: Iterable[NamedFile], wanted: FileType, types: tuple[FileType, ...]
) -> list[_Candidate]:
    """The files of these types, each content once."""
    found: dict[bytes, _Candidate] = {}
    for file in files:
        file_type, der = recognise(file.data, wanted)
        if file_type in types:
            found.setdefault(der or file.data, _Candidate(file, der))
    return list(found.values())


def _loaded(der: bytes) -> Certificate | None:
    try:
        return certificate.load(der)
    except Unreadable:
        return None


def _is_csd(read: Certificate) -> bool:
    return read.kind is CertificateKind.CSD


def _is_taxpayers(read: Certificate) -> bool:
    return not read.is_authority


# --- telling what is wrong


def _what_is_missing(files: list[NamedFile], chosen: _Candidate | None, key: _Candidate | None) -> str:
    match chosen, key:
        case None, None:
            half = "No está ni el certificado (.cer) ni la llave (.key)."
        case None, _:
            half = "Está la llave (.key), pero falta el certificado (.cer)."
        case _:
            half = "Está el certificado (.cer), pero falta la llave (.key)."
    nested = next((file for file in files if is_zip(file)), None)
    if nested:
        return f"{half} El .zip trae otro adentro, «{_shown(nested.name)}». {_OPEN_IT}"
    used = {id(each.file) for each in (chosen, key) if each}
    others = [_named(file) for file in files if id(file) not in used][:_NAMES_SHOWN]
    return " ".join([half, *others, "Elija los dos archivos, o el .zip que los trae."])


def _named(file: NamedFile) -> str:
    return f"«{_shown(file.name)}» es {file_advice.ADVICE[recognise(file.data)[0]].name}."


def _listed(candidates: Sequence[_Candidate]) -> str:
    names = [f"«{_shown(each.file.name)}»" for each in candidates[:_NAMES_SHOWN]]
    return ", ".join([*names, "…"] if len(candidates) > _NAMES_SHOWN else names)


def _shown(name: str) -> str:
    """A stranger's name for a file, fit to be shown."""
    clean = "".join(char for char in name if char.isprintable()).strip()
    return clean[:57] + "…" if len(clean) > 58 else clean or "sin nombre"
