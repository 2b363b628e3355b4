"""A signed letter's way to the PAC."""

from certificates.models import LetterSubmission


def perform(job: LetterSubmission) -> None:
    """Sends it."""
    with job.settle():
        pass
