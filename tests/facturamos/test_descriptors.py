"""What was left open is closed, however many files may be open."""

import os
import resource
import subprocess
import sys

SCRIPT = """
import os
from facturamos.descriptors import close_from
os.dup2(1, 200)
close_from(3)
try:
    os.fstat(200)
except OSError:
    print("closed")
"""


def test_all_from_one_on_are_closed() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)),
        env=os.environ,
    )

    assert done.stdout == "closed\n"
