"""`manage.py rotate_keys`: encrypts anew, with the newest key, what an older key of the ring holds.

Runs while the site works: in small transactions that lock only the rows they rewrite. It can be
interrupted and run again at any time. The older key may leave the ring once it reports nothing left.
"""

from argparse import ArgumentParser
from dataclasses import dataclass

from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction
from django.db.models.functions import Substr

from facturamos import vault
from facturamos.status import ring_values

BATCH = 200


@dataclass
class Count:
    """What became of one column."""

    rewritten: int = 0
    failed: int = 0


def with_older_keys(model: type[models.Model], name: str) -> models.QuerySet[models.Model]:
    """The rows whose secret another key than the newest holds, read from the ciphertext's header."""
    header = vault.header(vault.newest_key_id())
    beginning = Substr(name, 1, len(header), output_field=models.BinaryField())
    rows = model._base_manager.exclude(**{name: None}).annotate(beginning=beginning)
    older: models.QuerySet[models.Model] = rows.exclude(beginning=header)
    return older.order_by("pk")


def rotate(model: type[models.Model], name: str, batch: int) -> Count:
    """Encrypts one column anew, batch by batch."""
    count, last = Count(), None
    while True:
        with transaction.atomic():
            rows = with_older_keys(model, name).select_for_update(no_key=True)
            found = list((rows if last is None else rows.filter(pk__gt=last))[:batch])
            if not found:
                return count
            rewritten = [row for row in found if _encrypt_anew(row, name)]
            model._base_manager.bulk_update(rewritten, [name])
        last = found[-1].pk
        count.rewritten += len(rewritten)
        count.failed += len(found) - len(rewritten)


def _encrypt_anew(row: models.Model, name: str) -> bool:
    try:
        vault.put(row, name, vault.take(row, name))
    except vault.VaultError:
        return False
    return True


class Command(BaseCommand):
    """Says how many values of each column were encrypted anew, and fails when one does not open."""

    help = "Vuelve a cifrar con la llave más nueva de FACTURAMOS_KEYS todo lo que cifró una anterior."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The size of a transaction."""
        parser.add_argument("--lote", type=int, default=BATCH, help="renglones por transacción")

    def handle(self, *args: object, lote: int = BATCH, **options: object) -> None:
        """One line a column, and the sum."""
        counts = []
        for model, name in vault.encrypted_columns():
            counts.append(count := rotate(model, name, lote))
            self.stdout.write(
                f"{model._meta.label}.{name}: {count.rewritten} cifrados de nuevo, {count.failed} no abren"
            )
        ring_values.count()
        rewritten, failed = sum(c.rewritten for c in counts), sum(c.failed for c in counts)
        self.stdout.write(f"Llave «{vault.newest_key_id()}»: {rewritten} cifrados de nuevo en total")
        if failed:
            raise CommandError(f"{failed} valores no abren con ninguna llave; siguen como estaban.")
