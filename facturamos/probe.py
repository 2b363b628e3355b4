"""`python -m facturamos.probe`: whether the web server of this container answers, for its health check."""

import os
import sys
from urllib.request import Request, urlopen

URL = "http://127.0.0.1:8000/salud/vivo/"
SECONDS = 4


def main() -> int:
    """0 while `/salud/vivo/` answers 200; urlopen raises for anything else."""
    # A host of ours: Django refuses the address itself.
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().removeprefix(".")
    with urlopen(Request(URL, headers={"Host": host}), timeout=SECONDS) as answer:
        return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
