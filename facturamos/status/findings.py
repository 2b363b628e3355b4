"""What the project itself says of its state: code, database, broker, processes, work, files, keys, errors."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.text import capfirst

from facturamos.cage import barriers
from facturamos.checks.media import try_media
from facturamos.database import commits
from facturamos.jobs import broker
from facturamos.jobs.models import Job, kinds
from facturamos.marks import is_old, lies_ahead, seconds_since
from facturamos.prose import ago
from facturamos.status import canary
from facturamos.status.backups import left_copies, newest_backup
from facturamos.status.models import ErrorCount, SignOfLife
from facturamos.status.report import Level, StatusFinding, bad_if, subject
from facturamos.status.ring_values import values_by_key
from facturamos.status.unapplied import unapplied
from facturamos.status.watched import good_ends
from facturamos.vault import ring_ids
from facturamos.version import version

# Beat calls the sweeper every five seconds.
SWEEP_IS_LATE = timedelta(minutes=1)
WORKER_IS_LATE = timedelta(minutes=5)
# A worker that was not seen for a day was taken away on purpose.
WORKER_IS_GONE = timedelta(days=1)
OLDEST_MAY_WAIT = timedelta(minutes=2)
CLOCKS_MAY_DIFFER = timedelta(seconds=5)
LITTLE_ROOM, NO_ROOM = 2 * 1024**3, 200 * 1024**2
CONNECTIONS_USED = 0.8
# By its key alarms know that they cannot write.
COMMITS = "database.commit_seconds"
NOBODY_WORKS = (
    "Revise que beat y al menos un trabajador estén en marcha: nada en segundo plano se hace sin ellos."
)
WRONG_CLOCK = "Un reloj estuvo adelantado: ponga en hora (NTP) los servidores, y vea que beat esté en marcha."


@subject("site", "Sitio")
def site_findings() -> Iterator[StatusFinding]:
    """The code, and whether the database is the one that it was written for."""
    yield StatusFinding("site.version", "Versión", version())
    lacking = unapplied()
    yield StatusFinding(
        "site.migrations",
        "Migraciones sin aplicar",
        str(lacking),
        bad_if(lacking),
        "Ejecute «manage.py migrate».",
        lacking,
    )


@subject("database", "Base de datos")
def database_findings() -> Iterator[StatusFinding]:
    """Whether it can be written, how full it is, and whether the clocks agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,"
            " pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity),"
            " current_setting('max_connections')::int, clock_timestamp(),"
            " (SELECT extract(epoch FROM max(replay_lag)) FROM pg_stat_replication)"
        )
        read_only, size, used, most, now, lag = cursor.fetchone()
    said = "No: es de solo lectura" if read_only else "Sí"
    yield StatusFinding(
        "database.writable",
        "Se puede escribir",
        said,
        bad_if(read_only),
        "DATABASE_URL debe llevar a la base principal, no a una réplica.",
        int(not read_only),
    )
    full = used > CONNECTIONS_USED * most
    yield StatusFinding(
        "database.connections",
        "Conexiones en uso",
        f"{used} de {most}",
        bad_if(full, Level.WARNING),
        "Suba max_connections o ponga un pooler (docs/production.md, «PgBouncer»).",
        used,
    )
    yield StatusFinding("database.size_bytes", "Tamaño", _bytes(size), number=size)
    if lag is not None:
        yield StatusFinding(
            "database.replica_lag_seconds", "Retraso de la réplica", f"{lag:.0f} s", number=float(lag)
        )
    yield _commits()
    drift = abs(timezone.now() - now)
    yield StatusFinding(
        "database.clock_drift_seconds",
        "Diferencia de relojes",
        f"{drift.total_seconds():.1f} s",
        bad_if(drift > CLOCKS_MAY_DIFFER, Level.WARNING),
        "Ponga en hora este servidor y el de la base (NTP).",
        round(drift.total_seconds(), 3),
    )


def _commits() -> StatusFinding:
    """Whether what is saved is confirmed: with `synchronous_standby_names` that takes the follower, too."""
    waiting, longest = commits.waiting()
    late = longest > commits.MAY_TAKE_SECONDS
    who = "1 guardado espera" if waiting == 1 else f"{waiting} guardados esperan, el primero"
    said = f"No: {who} desde hace {longest:.0f} s" if late else "Sí"
    return StatusFinding(
        COMMITS,
        "Lo que se guarda se confirma",
        said,
        bad_if(late),
        "La base espera a su réplica, y nada se guarda: docs/production.md, «When the follower is away».",
        round(longest, 1),
    )


@subject("broker", "Mensajero (Valkey o Redis)")
def broker_findings() -> Iterator[StatusFinding]:
    """Whether work can be handed over."""
    fault = broker.fault()
    yield StatusFinding(
        "broker.up",
        "Recibe trabajo",
        f"No ({fault})" if fault else "Sí",
        bad_if(fault),
        "Las páginas siguen y el trabajo espera. Revise REDIS_URL y el servicio (memoria; ¿es réplica?).",
        int(not fault),
    )


@subject("processes", "Procesos")
def process_findings() -> Iterator[StatusFinding]:
    """When the sweeper last ran, which needs beat and a worker; what ends well; what each worker last did."""
    now = timezone.now()
    swept = SignOfLife.objects.seen(SignOfLife.SWEEP)
    yield StatusFinding(
        "processes.sweep_age_seconds",
        "Último aviso de beat",
        ago(swept, now),
        bad_if(is_old(swept, now, SWEEP_IS_LATE)),
        WRONG_CLOCK if swept and lies_ahead(swept, now) else NOBODY_WORKS,
        seconds_since(swept, now),
    )
    yield good_ends(now)
    alive = SignOfLife.objects.filter(name__startswith=SignOfLife.WORKER, at__gt=now - WORKER_IS_GONE)
    for sign in alive.order_by("name"):
        name = sign.name.removeprefix(SignOfLife.WORKER)
        yield StatusFinding(
            "processes.worker_age_seconds",
            f"Último trabajo de {name}",
            ago(sign.at, now),
            bad_if(is_old(sign.at, now, WORKER_IS_LATE), Level.WARNING),
            "Si ese trabajador se quitó a propósito, este renglón desaparece en un día.",
            seconds_since(sign.at, now),
            {"worker": name},
        )


@subject("jobs", "Trabajos")
def job_findings() -> Iterator[StatusFinding]:
    """Every kind of job that the project has: what waits, since when, what runs, what is dead."""
    now = timezone.now()
    for kind in kinds():
        yield from _of_kind(kind, now)


def _of_kind(kind: type[Job], now: datetime) -> Iterator[StatusFinding]:
    queued, due = Q(state=Job.State.QUEUED), Q(state=Job.State.QUEUED, run_after__lte=now)
    # What is done, which is nearly all, is not looked at.
    counts = kind._base_manager.exclude(state=Job.State.DONE).aggregate(
        waiting=Count("pk", filter=queued),
        running=Count("pk", filter=Q(state=Job.State.RUNNING)),
        dead=Count("pk", filter=Q(state=Job.State.DEAD)),
        faulty=Count("pk", filter=queued & Q(faulty_since__isnull=False)),
        oldest=Min("run_after", filter=due),
    )
    name, labels = str(kind._meta.verbose_name_plural), {"kind": kind._meta.label_lower}
    oldest = counts["oldest"]
    waits = oldest is not None and now - oldest > OLDEST_MAY_WAIT
    said = f"{counts['waiting']} en espera, {counts['running']} en curso"
    if oldest is not None:
        said += f"; el más antiguo, de {ago(oldest, now)}"
    age = seconds_since(oldest, now) or 0.0
    advice = "Revise trabajadores, beat y mensajero."
    yield StatusFinding("jobs.oldest_age_seconds", capfirst(name), said, bad_if(waits), advice, age, labels)
    for key, number in (("waiting", counts["waiting"]), ("running", counts["running"])):
        yield StatusFinding(f"jobs.{key}", "", "", number=number, labels=labels)
    dead, faulty = counts["dead"], counts["faulty"]
    yield StatusFinding(
        "jobs.dead",
        f"{capfirst(name)} detenidos" if dead else "",
        str(dead),
        bad_if(dead),
        "Véalos en su lista y use «Ejecutar otra vez» cuando la causa esté resuelta.",
        dead,
        labels,
    )
    yield StatusFinding(
        "jobs.faulty",
        f"{capfirst(name)} que esperan por una falla nuestra" if faulty else "",
        str(faulty),
        bad_if(faulty),
        "Llaves, archivos o base: su «último error» dice cuál. Siguen solos cuando se resuelve.",
        faulty,
        labels,
    )


@subject("cage", "Archivos ajenos")
def cage_findings() -> Iterator[StatusFinding]:
    """Whether the kernel keeps a job on a hostile file from everything else."""
    stands = barriers()
    yield StatusFinding(
        "cage.complete",
        "Se leen en una jaula del sistema operativo",
        "Sí" if stands.complete else f"Sin {' ni '.join(stands.missing)}",
        bad_if(not stands.complete, Level.WARNING),
        "Use Linux 5.13 o más nuevo, y no quite seccomp ni Landlock al contenedor.",
        int(stands.complete),
    )


@subject("media", "Archivos")
def media_findings() -> Iterator[StatusFinding]:
    """Whether a file can be kept, and how much room there is."""
    wrong = try_media()
    advice = "Revise MEDIA_ROOT o MEDIA_STORAGE: logotipos y cartas no se pueden guardar."
    yield StatusFinding(
        "media.writable",
        "Se puede guardar",
        f"No ({wrong})" if wrong else "Sí",
        bad_if(wrong),
        advice,
        int(not wrong),
    )
    free = _room()
    if free is not None:
        level = bad_if(free < NO_ROOM) or bad_if(free < LITTLE_ROOM, Level.WARNING)
        yield StatusFinding(
            "media.free_bytes", "Espacio libre", _bytes(free), level, "Haga sitio en el disco.", free
        )


def _room() -> int | None:
    """Bytes that are free where files are; None where that is no folder of ours, or it is gone."""
    if not isinstance(default_storage, FileSystemStorage):  # Django's lazy object passes for what it wraps
        return None
    try:
        return shutil.disk_usage(Path(default_storage.path(""))).free
    except OSError:
        return None


@subject("ring", "Llaves de cifrado")
def ring_findings() -> Iterator[StatusFinding]:
    """Whether the ring is the database's, and how many values wait for which of its keys."""
    sings = canary.sings()
    yield StatusFinding(
        "ring.opens",
        "El anillo abre lo guardado",
        "Sí" if sings else "No: no es el suyo",
        bad_if(not sings),
        "Ponga el anillo anterior en FACTURAMOS_KEYS; si se perdió, docs/production.md dice qué hacer.",
        int(sings),
    )
    known = ring_ids()
    values, now = values_by_key(), timezone.now()
    for key_id, count in sorted(values.by_key.items()):
        here = key_id in known
        told = f"{count} ({ago(values.at, now)})"
        yield StatusFinding(
            "ring.values",
            f"Llave «{key_id}»",
            f"valores: {told}" if here else f"valores que no abren: {told}; no está en el anillo",
            bad_if(not here),
            "Agregue esa llave al final de FACTURAMOS_KEYS.",
            count,
            {"key": key_id},
        )


@subject("backup", "Respaldo")
def backup_findings() -> Iterator[StatusFinding]:
    """How old the newest backup is that was proved to restore, and whether a proof left its copy behind."""
    yield newest_backup(timezone.now())
    yield left_copies()


@subject("errors", "Errores")
def error_findings() -> Iterator[StatusFinding]:
    """How many pages failed lately."""
    lately = ErrorCount.objects.lately()
    yield StatusFinding(
        "errors.lately",
        "Páginas con error, última hora",
        str(lately),
        bad_if(lately),
        "La bitácora dice cuáles (nivel ERROR).",
        lately,
    )


def _bytes(size: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"
