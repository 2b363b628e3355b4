"""What people bring as their Constancia: a PDF, or a photograph of which only the QR code can be read."""

from companies.csf import messages, pictures, qr
from companies.csf.reading import read_csf
from companies.csf.result import CsfResult
from companies.csf.understanding import refused

MAX_BYTES = max(messages.MAX_BYTES, pictures.MAX_BYTES)


def read_upload(data: bytes) -> CsfResult:
    """What a PDF says; of a photograph, whose it is, where its QR code is legible. Raises nothing."""
    if not pictures.is_picture(data):
        return read_csf(data)
    try:
        code = qr.first(pictures.read_picture(data))
    except pictures.PictureRefused:
        code = None
    return refused("picture", code)
