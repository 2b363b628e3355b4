"""QR codes, drawn (ISO/IEC 18004, error correction level M)."""

from base64 import b64encode
from functools import lru_cache

import zxingcpp


@lru_cache(maxsize=256)
def qr_svg(text: str) -> bytes:
    """The code as an SVG of one unit a module, without the margin that a reader wants around it."""
    return _drawn(text, margin=False).encode()


def qr_data_uri(text: str) -> str:
    """The code with its margin, for the `src` of an image. It is not kept: it may hold a secret."""
    return f"data:image/svg+xml;base64,{b64encode(_drawn(text, margin=True).encode()).decode()}"


def _drawn(text: str, *, margin: bool) -> str:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return code.to_svg(add_quiet_zones=margin)
