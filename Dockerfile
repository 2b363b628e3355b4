# One image for every process of the site; docker-compose.yml says which command each runs.

# Another one: docs/production.md, «First start».
ARG PYTHON=python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

# --- packages, by hash
FROM ${PYTHON} AS packages
# requirements-extras.txt adds S3 and Sentry.
ARG REQUIREMENTS=requirements.txt
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt requirements-extras.txt requirements-unused.txt ./
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r "$REQUIREMENTS" \
    && /venv/bin/pip uninstall --yes --quiet -r requirements-unused.txt

# --- the site
FROM ${PYTHON}
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=facturamos.settings \
    FACTURAMOS_ENV=production \
    MEDIA_ROOT=/data/media \
    STATIC_ROOT=/app/staticfiles \
    PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
# pg_dump and pg_restore for `manage.py backup`, as new as the server of docker-compose.yml: from PostgreSQL's own packages.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin facturamos \
    && install -d -o facturamos -g facturamos /data/media
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# The settings ask for everything that production needs; nothing of this stays in the image.
RUN SECRET_KEY=build FACTURAMOS_KEYS=build ALLOWED_HOSTS=build SITE_URL=https://build.invalid \
    DATABASE_URL=postgresql://build.invalid/build REDIS_URL=redis://build.invalid MAIL_HOST=build.invalid \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q /app
USER facturamos
VOLUME ["/data/media"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "facturamos.probe"]
CMD ["gunicorn", "facturamos.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8", "--max-requests=5000", "--max-requests-jitter=500", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
