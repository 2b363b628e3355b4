"""The local stack.

python -m facturamos.devserver run              the whole product with demo data, until Ctrl-C
python -m facturamos.devserver exec COMMAND…    runs a command with throw-away servers, then stops them
"""

import sys

from facturamos.devserver.run import run
from facturamos.devserver.servers import execute

match sys.argv[1:]:
    case ["run"]:
        sys.exit(run())
    case ["exec", *command] if command:
        sys.exit(execute(command))
    case _:
        sys.exit(__doc__)
