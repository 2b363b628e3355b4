"""What «Estado» says of the site's mail."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, Min
from django.utils import timezone

from facturamos.jobs.models import Job
from facturamos.prose import ago
from facturamos.status.report import Level, StatusFinding, bad_if, subject
from mailing.models import Message, RelayState

# So many of an hour's mails may come back before somebody should look.
BOUNCES_MAY_BE = 5


@subject("mail", "Correo del sitio")
def mail_findings() -> Iterator[StatusFinding]:
    """What waits since when, what was taken last, what was refused, and whether all mail is paused."""
    now = timezone.now()
    hour = now - timedelta(hours=1)
    unsent = Message.objects.exclude(state=Job.State.DONE).exclude(state=Job.State.DEAD)
    oldest = unsent.filter(mailed_at=None).aggregate(oldest=Min("created_at"))["oldest"]
    last = Message.objects.aggregate(last=Max("mailed_at"))["last"]
    yield StatusFinding(
        "mail.oldest_unsent_seconds",
        "El más antiguo sin enviar",
        ago(oldest, now) if oldest else "Ninguno",
        number=round((now - oldest).total_seconds()) if oldest else 0,
    )
    yield StatusFinding("mail.last", "El último que el servidor aceptó", ago(last, now))
    ended = Message.objects.filter(finished_at__gt=hour, mailed_at=None).count()
    yield StatusFinding(
        "mail.refused",
        "Rechazados o vencidos, última hora",
        str(ended),
        bad_if(ended, Level.WARNING),
        "Vea «Mensajes» en la administración: cada uno dice por qué.",
        ended,
    )
    bounced = Message.objects.filter(bounced_at__gt=hour).count()
    yield StatusFinding(
        "mail.bounced",
        "Rebotes, última hora",
        str(bounced),
        bad_if(bounced, Level.WARNING) if bounced <= BOUNCES_MAY_BE else Level.BAD,
        "Vea «Mensajes»: si rebotan muchos, revise SPF, DKIM y la lista negra del servidor.",
        bounced,
    )
    relay = RelayState.objects.first()
    paused = relay is not None and relay.paused_since is not None
    yield StatusFinding(
        "mail.relay_up",
        "Servidor de correo",
        f"En pausa, {ago(relay.paused_since, now)}: {relay.fault}" if relay and paused else "En marcha",
        bad_if(paused),
        "Vea «Servidor de correo del sitio» y MAIL_HOST. El correo espera y sale solo cuando vuelve.",
        int(not paused),
    )
