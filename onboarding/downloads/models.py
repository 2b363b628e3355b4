"""The files to download, and what becomes of a file whose row no longer names it."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models.base import ModelBase
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from facturamos import orphans
from facturamos.audit import audited


def download_path(download: "Download", filename: str) -> str:
    """A random folder; the name itself is support's and is shown."""
    return f"descargas/{uuid.uuid4().hex}/{filename}"


@audited()
class Download(models.Model):
    """A file on «Descargue manuales, firmware software, etc.»; support uploads it."""

    title = models.CharField("título", max_length=120)
    description = models.CharField("descripción", max_length=300, blank=True)
    file = models.FileField("archivo", upload_to=download_path)
    created_at = models.DateTimeField("subido", default=timezone.now, editable=False)
    visible = models.BooleanField("visible", default=True)

    class Meta:
        verbose_name = "descarga"
        verbose_name_plural = "descargas"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """A file that is replaced goes, once the new one is the row's."""
        former = Download.objects.filter(pk=self.pk).values_list("file", flat=True).first()
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
        )
        if former and former != self.file.name:
            orphans.remove_after_commit(former)


@receiver(post_delete, sender=Download)
def remove_file(instance: Download, **kwargs: object) -> None:
    """With the row, alone or among many."""
    if instance.file.name:
        orphans.remove_after_commit(instance.file.name)
