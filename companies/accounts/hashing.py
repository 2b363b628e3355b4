"""How passwords are hashed: by OWASP's figures, and never more at once than the machine has processors."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from facturamos.turns import Turns

# Seconds that a hash may wait for the ones before it; each takes a twentieth of one.
PATIENCE = 10.0
HASHES = Turns("hashes")


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet, its second choice).

    Django's own figures take 100 MiB and eight lanes a guess, which anybody may ask for. A hash that was made
    with them is made anew when its owner signs in. Raises NoTurn.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with HASHES.taken(PATIENCE):
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with HASHES.taken(PATIENCE):
            return super().verify(password, encoded)
