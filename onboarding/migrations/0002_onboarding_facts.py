"""The view that every page reads; see docs/adr/0021-facts-of-a-page.md."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE VIEW onboarding_facts AS
SELECT
    onboarding.id AS onboarding_id,
    COALESCE(
        (
            SELECT array_agg(ARRAY[state.slug, state.saved_at::text, state.omitted::text, state.note])
            FROM onboarding_stepstate AS state
            WHERE state.onboarding_id = onboarding.id
        ),
        '{}'
    ) AS step_states,
    in_force.id AS notice_id,
    EXISTS (
        SELECT FROM companies_noticeacceptance AS acceptance
        WHERE acceptance.company_id = onboarding.company_id AND acceptance.notice_id = in_force.id
    ) AS notice_accepted,
    EXISTS (
        SELECT FROM companies_address AS address
        WHERE address.company_id = onboarding.company_id AND address.kind = 'fiscal'
    ) AS has_fiscal_address,
    EXISTS (
        SELECT FROM companies_address AS address
        WHERE address.company_id = onboarding.company_id AND address.kind = 'issuing'
    ) AS has_issuing_address,
    COALESCE(
        (
            SELECT array_agg(document.kind::text ORDER BY document.id)
            FROM companies_documenttype AS document
            WHERE document.company_id = onboarding.company_id
        ),
        '{}'
    ) AS document_kinds,
    -- As companies.sat.postal_codes.is_known; an address that follows the fiscal one says nothing of its own.
    COALESCE(
        (
            SELECT array_agg(ARRAY[written.at, written.code])
            FROM (
                SELECT 'place' AS at, company.expedition_place AS code
                FROM companies_company AS company
                WHERE company.id = onboarding.company_id AND company.expedition_place <> ''
                UNION ALL
                SELECT address.kind, address.postal_code
                FROM companies_address AS address
                WHERE address.company_id = onboarding.company_id AND NOT address.follows_fiscal
            ) AS written
            WHERE NOT EXISTS (
                SELECT FROM companies_satpostalcode AS known WHERE known.code = written.code
            )
        ),
        '{}'
    ) AS unknown_postal_codes,
    -- What the latest report refuses first; empty after a good one.
    COALESCE(
        (
            SELECT COALESCE(
                jsonb_path_query_first(latest.report, '$[*] ? (@.state == "bad").title') #>> '{}',
                ''
            )
            FROM (
                SELECT diagnosis.ok, diagnosis.report
                FROM certificates_diagnosis AS diagnosis
                WHERE diagnosis.company_id = onboarding.company_id
                ORDER BY diagnosis.created_at DESC
                LIMIT 1
            ) AS latest
            WHERE NOT latest.ok
        ),
        ''
    ) AS csd_refusal,
    -- What the latest mail that was tried with the settings in use came to.
    COALESCE(
        (
            SELECT test.code
            FROM mailing_mailboxtest AS test
            JOIN mailing_mailbox AS mailbox ON mailbox.id = test.mailbox_id
            WHERE mailbox.company_id = onboarding.company_id
                AND test.code NOT IN ('', 'interrupted')
                AND test.digest IN ('', mailbox.approved_digest)
            ORDER BY test.created_at DESC
            LIMIT 1
        ),
        ''
    ) AS mailbox_test,
    -- The latest test invoice, with what it was refused for.
    (
        SELECT jsonb_build_object(
            'state', test.state,
            'ok', test.ok,
            'subject', test.subject,
            'problems', jsonb_path_query_array(test.report, '$[*] ? (@.state == "bad")')
        )
        FROM certificates_testinvoice AS test
        WHERE test.company_id = onboarding.company_id
        ORDER BY test.created_at DESC
        LIMIT 1
    ) AS invoice_test
FROM onboarding_onboarding AS onboarding
-- As PrivacyNotice.objects.in_force().
LEFT JOIN (
    SELECT notice.id
    FROM companies_privacynotice AS notice
    WHERE notice.published_at IS NOT NULL
    ORDER BY notice.published_at DESC, notice.id DESC
    LIMIT 1
) AS in_force ON true
"""


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0001_initial"),
        ("certificates", "0001_initial"),
        ("mailing", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CREATE, "DROP VIEW onboarding_facts"),
        migrations.CreateModel(
            name="OnboardingFacts",
            fields=[
                (
                    "onboarding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="facts",
                        serialize=False,
                        to="onboarding.onboarding",
                        verbose_name="configuración",
                    ),
                ),
                (
                    "step_states",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=None
                        ),
                        size=None,
                        verbose_name="estados de los pasos",
                    ),
                ),
                ("notice_accepted", models.BooleanField(verbose_name="aviso aceptado")),
                ("has_fiscal_address", models.BooleanField(verbose_name="tiene dirección fiscal")),
                ("has_issuing_address", models.BooleanField(verbose_name="tiene dirección de emisión")),
                (
                    "document_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="documentos que emite"
                    ),
                ),
                (
                    "unknown_postal_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=None
                        ),
                        size=None,
                        verbose_name="códigos postales desconocidos",
                    ),
                ),
                ("mailbox_test", models.TextField(verbose_name="resultado de la última prueba del correo")),
                ("invoice_test", models.JSONField(null=True, verbose_name="última factura de prueba")),
                ("csd_refusal", models.TextField(verbose_name="por qué no se aceptaron los sellos")),
            ],
            options={
                "verbose_name": "hechos de una configuración",
                "verbose_name_plural": "hechos de las configuraciones",
                "db_table": "onboarding_facts",
                "managed": False,
            },
        ),
    ]
