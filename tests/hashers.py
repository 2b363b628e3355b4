"""A password hasher for tests."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class FastArgon2(Argon2PasswordHasher):
    """Argon2id with its least cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
