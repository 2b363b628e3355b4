"""How long an S3 that does not answer may keep a page waiting. Its packages are an extra («s3»)."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

# The packages' own would be a minute, five times over. Twice these, and a pause, are less than ten seconds.
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 3, 2


def with_time_limits(options: Mapping[str, object]) -> dict[str, object]:
    """The storage's options, with limits for its client; the same where the package is missing.

    Who gives a client's settings gives all of them, so those that options have for it move there.
    """
    if "client_config" in options or find_spec("botocore") is None:
        return dict(options)
    config = import_module("botocore.config").Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        s3={"addressing_style": options.get("addressing_style")},
        signature_version=options.get("signature_version"),
        proxies=options.get("proxies"),
    )
    return {**options, "client_config": config}
