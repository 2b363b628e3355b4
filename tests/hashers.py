"""A password hasher for tests."""

from companies.accounts.hashing import Argon2idHasher


class FastArgon2(Argon2idHasher):
    """Argon2id with its least cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
