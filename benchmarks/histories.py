"""What the audit and admin's log hold of companies that are made up: a line for each row, and its context.

Triggers would have written it; `MadeUp` leaves them out, and pages that look through histories have to be
asked where there are many.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from companies.models import Company, User
from onboarding.backoffice.personal_data.scope import all_models, tracked_by

# Whoever filled in a company made its lines, each company's in one context of the audit.
CONTEXT = "md5('context' || {owner})::uuid"
# What a moment is called in rows, the first that there is.
MOMENTS = ("saved_at", "uploaded_at", "accepted_at", "created_at", "written_at")
ONES = (
    "TRUNCATE pghistory_context, django_admin_log CASCADE",
    # People have so much left to do, however many companies there are.
    "UPDATE backoffice_companynote SET done_at = written_at WHERE due_on IS NOT NULL AND company_id > 300",
    """INSERT INTO pghistory_context (id, created_at, updated_at, metadata)
    SELECT md5('context' || company_id)::uuid, now(), now(), jsonb_build_object('user', id)
    FROM companies_user WHERE company_id IS NOT NULL""",
    # Of each company two by support, as where somebody telephones.
    """INSERT INTO django_admin_log
        (user_id, content_type_id, object_id, object_repr, action_flag, change_message, action_time)
    SELECT {support}, {companies}, id::text, name, 2, 'Reabrir un paso.', created_at
    FROM companies_company, generate_series(1, 2) k""",
    """INSERT INTO backoffice_staffaction (log_id, user_id, company_id, content_type_id, object_id, at)
    SELECT id, user_id, object_id::int, content_type_id, object_id, action_time FROM django_admin_log""",
)


def fill_histories(support: User) -> None:
    """A line of history for each row whose changes are told; two actions of support for each company."""
    told = {"support": support.pk, "companies": ContentType.objects.get_for_model(Company).pk}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        for statement in ONES:
            cursor.execute(statement.format(**told))
        for model in all_models():
            # Former names and addresses of users are `MadeUp`'s.
            if (tracked := tracked_by(model)) and tracked is not User:
                cursor.execute(f"TRUNCATE {model._meta.db_table}")
                cursor.execute(_lines_of(model, tracked))
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _lines_of(event: type[models.Model], tracked: type[models.Model]) -> str:
    columns = [
        column
        for field in event._meta.concrete_fields
        if (column := field.column) and not column.startswith("pgh_") and not field.generated
    ]
    moment = next((name for name in MOMENTS if name in columns), "now()")
    key = tracked._meta.pk.column if tracked._meta.pk else "id"
    owner = "company_id" if "company_id" in columns else key
    values = ", ".join(f'"{name}"' for name in columns)
    into = f"{event._meta.db_table} ({values}, pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id)"
    made = f"coalesce({moment}, now()), 'insert', {key}, {CONTEXT.format(owner=owner)}"
    # Names of our own models alone.
    return f"INSERT INTO {into} SELECT {values}, {made} FROM {tracked._meta.db_table}"  # noqa: S608
