"""A certificate that came with a page that was refused: the next page carries it along.

A browser empties file fields, and without a script nobody fills them again. A certificate is public, so it
may travel in the page, signed, for its company only. A key never does: it is stored encrypted with its
certificate, or not at all (certificates/custody.py).
"""

import base64

from django.core import signing

from certificates.custody import DRAFT_LIFETIME
from certificates.gathering import NamedFile

SALT = "certificates.received"


def signed(file: NamedFile, company_pk: int) -> str:
    """The file as a text that nobody can alter."""
    content = {"company": company_pk, "name": file.name, "data": base64.b64encode(file.data).decode()}
    return signing.dumps(content, salt=SALT, compress=True)


def opened(text: str, company_pk: int) -> NamedFile | None:
    """The file that a page carried; None when there is none, or it is altered, too old, or another's."""
    try:
        content = signing.loads(text, salt=SALT, max_age=DRAFT_LIFETIME)
    except signing.BadSignature:
        return None
    if content["company"] != company_pk:
        return None
    return NamedFile(content["name"], base64.b64decode(content["data"]))
