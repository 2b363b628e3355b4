"""An RFC whose Ñ or & an OCR program has taken for another letter: no reason to call it somebody else's."""

from dataclasses import replace

from companies.csf import messages
from companies.csf.result import CsfResult

# What such programs write for the two letters that they do not know.
MISREAD = {"Ñ": "N", "&": "8Y"}


def is_of(csf: CsfResult, rfc: str) -> bool:
    """Whether a document may be of that RFC, though it reads otherwise."""
    pairs = zip(csf.rfc, rfc, strict=False)
    is_alike = len(csf.rfc) == len(rfc) and all(
        read == own or read in MISREAD.get(own, "") for read, own in pairs
    )
    return csf.rfc == rfc or (csf.rfc_is_unsure and is_alike)


def as_of(csf: CsfResult, rfc: str) -> CsfResult:
    """The report as one on that RFC, with a sentence about what was read instead."""
    if csf.rfc == rfc:
        return csf
    remark = messages.RFC_MISREAD.format(csf.rfc)
    return replace(
        csf, rfc=rfc, message=messages.READ[csf.source].format(rfc), remarks=(remark, *csf.remarks)
    )
