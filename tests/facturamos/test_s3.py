"""An S3 that takes a connection and says nothing keeps a page waiting for less than ten seconds."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from facturamos import s3
from facturamos.outages import Outage, outage_of

OPTIONS = {"bucket_name": "b", "access_key": "x", "secret_key": "x", "addressing_style": "path"}


@pytest.fixture
def silent() -> Iterator[str]:
    """Where somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_silence_ends(silent: str) -> None:
    storage = S3Storage(**s3.with_time_limits({**OPTIONS, "endpoint_url": silent}))
    begun = time.monotonic()

    with pytest.raises(Exception) as raised:  # noqa: PT011  (botocore's own, of several kinds)
        storage.save("a", ContentFile(b"a"))

    assert outage_of(raised.value) is Outage.FILES, repr(raised.value)
    assert time.monotonic() - begun < 10


def test_what_the_options_say_of_the_client_holds() -> None:
    config = S3Storage(**s3.with_time_limits({**OPTIONS, "signature_version": "s3v4"})).client_config

    assert config.s3 == {"addressing_style": "path"}
    assert config.signature_version == "s3v4"
