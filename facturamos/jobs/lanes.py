"""Lanes: what a person waits for must not queue behind what nobody waits for.

Each lane is a queue of its own in the broker. A kind of job names its lane in its class (`Job.LANE`), and
nowhere else. A worker without `--queues` serves all lanes; besides it there is one that serves only the
first (`celery --app=facturamos worker --queues=people`), so that it is free whatever the others do. A third
(`--queues=mailboxes,people --pool=threads`) waits for strangers' mail servers, many at a time, and is there
for the first lane, too, when the other was killed.

The rows are the queue. A lane with a window hands only so many over, and the sweeper chooses the next ones in
turns (`JobQuerySet.in_turns`): in the broker, who comes later would wait behind all who came before.
"""

from dataclasses import dataclass
from datetime import timedelta

# How often the sweeper looks; with a lane's window it makes the lane's pace.
SWEEP_EVERY = timedelta(seconds=5)
# And at the lanes that somebody waits for: a killed worker may have taken a task along.
HURRY_EVERY = timedelta(seconds=2)


@dataclass(frozen=True)
class Lane:
    """A queue, and how many of its jobs may be handed over or running at a time (None: all there are)."""

    queue: str
    window: int | None = None


# Somebody looks at a page that waits for it.
PEOPLE = Lane("people")
# The same, but that it waits for a stranger's server, which may hang: no processor is in use meanwhile.
MAILBOXES = Lane("mailboxes")
# Minutes of work, one at a time, so that the process beside it stays free for mail.
WORK = Lane("work", window=1)
# At most 25 each sweep, five a second: our relay takes no more from one customer.
MAIL = Lane("mail", window=25)
# Servers of PACs, which may be silent for long: one at a time, so that it costs one process.
PACS = Lane("pacs", window=1)

HURRIED = (PEOPLE, MAILBOXES)
LANES = (PEOPLE, MAILBOXES, WORK, MAIL, PACS)
