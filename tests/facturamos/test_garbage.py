"""When Python looks for objects that only each other keep."""

import gc
import weakref

from facturamos.garbage import looked_for_at_the_end


class Ring:
    """Keeps itself alive."""

    def __init__(self) -> None:
        self.itself = self


def test_within_nothing_is_looked_for_and_at_the_end_all_is_found() -> None:
    with looked_for_at_the_end():
        seen = weakref.ref(Ring())
        kept = [[] for _ in range(100_000)]  # type: list[list[object]]
        assert seen() is not None
        assert not gc.isenabled()
    assert seen() is None
    assert gc.isenabled()
    assert len(kept) == 100_000


def test_it_leaves_alone_what_was_switched_off() -> None:
    gc.disable()
    try:
        with looked_for_at_the_end():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
