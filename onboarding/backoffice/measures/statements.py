"""The SQL of counting.py: from rows of other rooms to times and stumbles, a set at a time.

A statement begins with `measured`, the companies that it looks at. Its values: `first`, a Monday, and
`since`, the first moment of it; `now`; `pause` and `sat`, in seconds; `zone`, in which weeks begin.
"""

# Those that moved, or that somebody else did something for.
MEASURED = """
WITH measured AS (
    SELECT company.id, company.distributor_id, company.created_at, onboarding.id AS onboarding_id,
        COALESCE(onboarding.finished_at, 'infinity') AS finished_at
    FROM companies_company AS company
    JOIN onboarding_onboarding AS onboarding ON onboarding.company_id = company.id
    WHERE company.deleted_at IS NULL AND company.id IN (
        SELECT company_id FROM backoffice_lastmove WHERE moved_at >= %(since)s
        UNION SELECT company_id FROM onboarding_refusedsubmit WHERE at >= %(since)s
        UNION SELECT company_id FROM certificates_csd
            WHERE activated_at >= %(since)s OR usable_since >= %(since)s
        UNION SELECT company_id FROM companies_manifestletter
            WHERE sent_at >= %(since)s OR verified_at >= %(since)s OR rejected_at >= %(since)s
    )
),
"""
# The mail that opened the account: when it was written, when it left.
LETTERS_OF_WELCOME = """
welcome AS (
    SELECT company_id, min(created_at) AS created_at, min(mailed_at) AS mailed_at
    FROM mailing_message WHERE kind = 'companies.credentials' AND company_id IN (SELECT id FROM measured)
    GROUP BY company_id
),
came_in AS (
    SELECT person.company_id, event.at FROM companies_securityevent AS event
    JOIN companies_user AS person ON person.id = event.user_id
    WHERE event.kind = 'signed_in' AND person.company_id IN (SELECT id FROM measured)
),
"""
# Seconds as a person reckons, within 5 %, so that many companies have the same; the Monday; the release.
ROUNDED = "round(seconds / grain) * grain"
GRAINS = """
CROSS JOIN LATERAL (
    SELECT CASE WHEN seconds < 100 THEN 1 WHEN seconds < 600 THEN 10 WHEN seconds < 7200 THEN 60
        WHEN seconds < 86400 THEN 600 WHEN seconds < 604800 THEN 3600 ELSE 43200 END AS grain
) AS grains
"""
WEEK = "date_trunc('week', done_at AT TIME ZONE %(zone)s)::date"
RELEASE = """
    COALESCE((
        SELECT version FROM backoffice_seenrelease WHERE since <= done_at ORDER BY since DESC LIMIT 1
    ), '')
"""
# Of each company, step and party one row; what was counted long ago stays as it was.
KEEP_TIMES = f"""
INSERT INTO backoffice_steptime (company_id, distributor_id, step, party, seconds, week, release)
SELECT measured.id, measured.distributor_id, step, party, {ROUNDED}, {WEEK}, {RELEASE}
FROM spans JOIN measured ON measured.id = spans.company_id {GRAINS}
WHERE seconds > 0 AND {WEEK} >= %(first)s
ON CONFLICT (company_id, step, party) DO NOTHING
"""  # noqa: S608  (constants of this file)

# --- at work, and put off: from what a company did, one thing after the other

SAVED = """
saved AS (
    SELECT measured.id AS company_id, event.slug AS step, event.saved_at AS at
    FROM onboarding_stepstateevent AS event
    JOIN measured ON measured.onboarding_id = event.onboarding_id
    WHERE event.saved_at IS NOT NULL
    UNION
    SELECT measured.id, event.slug, min(event.pgh_created_at)
    FROM onboarding_stepstateevent AS event
    JOIN measured ON measured.onboarding_id = event.onboarding_id
    WHERE event.omitted GROUP BY 1, 2
),
"""
DEEDS = """
deeds AS (
    SELECT * FROM saved
    UNION ALL SELECT id, 'terminar', finished_at FROM measured WHERE finished_at < 'infinity'
    UNION ALL SELECT company_id, step, at FROM onboarding_refusedsubmit
    UNION ALL SELECT company_id, 'sellos', uploaded_at FROM certificates_csd
    UNION ALL SELECT csd.company_id, 'sellos', job.created_at
        FROM certificates_csdvalidation AS job JOIN certificates_csd AS csd ON csd.id = job.csd_id
    UNION ALL SELECT box.company_id, 'correo', job.created_at
        FROM mailing_mailboxtest AS job JOIN mailing_mailbox AS box ON box.id = job.mailbox_id
    UNION ALL SELECT company_id, 'terminar', created_at FROM certificates_testinvoice
    UNION ALL SELECT company_id, 'carta-manifiesto', signed_at FROM certificates_lettersignature
    UNION ALL SELECT company_id, NULL, at FROM came_in
),
"""
GAPS = """
gaps AS (
    SELECT deeds.company_id, deeds.step, deeds.at,
        deeds.at - lag(deeds.at) OVER (
            PARTITION BY deeds.company_id ORDER BY deeds.at, deeds.step NULLS FIRST
        ) AS gap,
        -- Coming in is part of what was done next: both have the same number.
        count(deeds.step) OVER (
            PARTITION BY deeds.company_id ORDER BY deeds.at DESC, deeds.step DESC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS number
    FROM deeds JOIN measured ON measured.id = deeds.company_id
    WHERE deeds.at BETWEEN measured.created_at AND measured.finished_at
),
owned AS (
    SELECT company_id, gap, max(step) OVER (PARTITION BY company_id, number) AS step FROM gaps
),
done AS (
    SELECT company_id, step, min(at) AS done_at FROM saved GROUP BY company_id, step
),
spans AS (
    SELECT owned.company_id, owned.step, party, done.done_at,
        extract(epoch FROM sum(owned.gap)) AS seconds
    FROM owned
    JOIN done ON done.company_id = owned.company_id AND done.step = owned.step,
        LATERAL (
            SELECT CASE WHEN owned.gap <= make_interval(secs => %(pause)s) THEN 'active' ELSE 'issuer' END
        ) AS whose (party)
    WHERE owned.gap IS NOT NULL
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT measured.id, 'entrar', 'issuer', min(came_in.at),
        extract(epoch FROM min(came_in.at) - COALESCE(min(welcome.mailed_at), min(measured.created_at)))
    FROM measured JOIN came_in ON came_in.company_id = measured.id
    LEFT JOIN welcome ON welcome.company_id = measured.id
    GROUP BY measured.id
)
"""
AT_WORK = MEASURED + LETTERS_OF_WELCOME + SAVED + DEEDS + GAPS + KEEP_TIMES

# --- waiting for others

OF_SAT = """
first_csd AS (
    SELECT DISTINCT ON (company_id) company_id, activated_at, valid_from, usable_since
    FROM certificates_csd
    WHERE activated_at IS NOT NULL AND company_id IN (SELECT id FROM measured)
    ORDER BY company_id, activated_at
),
of_sat AS (
    SELECT company_id, 'sellos' AS step, 'sat' AS party, activated_at AS begun_at,
        LEAST(COALESCE(usable_since, 'infinity'), valid_from + make_interval(secs => %(sat)s)) AS ended_at
    FROM first_csd
),
"""
OF_PAC = """
of_pac AS (
    SELECT company_id, 'carta-manifiesto', 'pac', sent_at, LEAST(min(verified_at), min(rejected_at))
    FROM companies_manifestletterevent
    WHERE sent_at IS NOT NULL AND company_id IN (SELECT id FROM measured)
    GROUP BY company_id, sent_at
),
"""
OF_US = """
of_us AS (
    SELECT company_id, 'entrar', 'us', created_at, mailed_at FROM welcome
    UNION ALL
    SELECT csd.company_id, 'sellos', 'us', job.created_at, job.finished_at
    FROM certificates_csdvalidation AS job JOIN certificates_csd AS csd ON csd.id = job.csd_id
    UNION ALL
    SELECT company_id, 'sellos', 'us', pgh_created_at, next_at FROM (
        SELECT company_id, state, pgh_created_at,
            lead(pgh_created_at) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS next_at
        FROM certificates_csdevent WHERE company_id IN (SELECT id FROM measured)
    ) AS states WHERE state = 'under_review'
    UNION ALL
    SELECT signature.company_id, 'carta-manifiesto', 'us', job.created_at,
        COALESCE(job.accepted_at, job.finished_at)
    FROM certificates_lettersubmission AS job
    JOIN certificates_lettersignature AS signature ON signature.id = job.signature_id
    UNION ALL
    SELECT company_id, 'carta-manifiesto', 'us', min(pgh_created_at), min(verified_at)
    FROM companies_manifestletterevent
    WHERE signed_on IS NOT NULL AND sent_at IS NULL
        AND company_id IN (SELECT id FROM measured)
    GROUP BY company_id, signed_on
    UNION ALL
    SELECT box.company_id, 'correo', 'us', job.created_at, job.finished_at
    FROM mailing_mailboxtest AS job JOIN mailing_mailbox AS box ON box.id = job.mailbox_id
    JOIN measured ON measured.id = box.company_id AND job.created_at <= measured.finished_at
    UNION ALL
    SELECT test.company_id, 'terminar', 'us', test.created_at, test.finished_at
    FROM certificates_testinvoice AS test
    JOIN measured ON measured.id = test.company_id AND test.created_at <= measured.finished_at
),
"""
WAITED = """
spans AS (
    SELECT company_id, step, party, max(ended_at) AS done_at,
        extract(epoch FROM sum(ended_at - begun_at)) AS seconds
    FROM (
        SELECT * FROM of_sat UNION ALL SELECT * FROM of_pac UNION ALL SELECT * FROM of_us
    ) AS waits
    WHERE ended_at > begun_at AND ended_at <= %(now)s
    GROUP BY company_id, step, party
)
"""
WAITING = MEASURED + LETTERS_OF_WELCOME + OF_SAT + OF_PAC + OF_US + WAITED + KEEP_TIMES

# --- what went wrong: each as a try, and with what was wrong

TROUBLES = """
checks AS (
    SELECT diagnosis.company_id, diagnosis.created_at AS done_at, diagnosis.csd_id, result
    FROM certificates_diagnosis AS diagnosis, jsonb_array_elements(diagnosis.report) AS result
    WHERE NOT diagnosis.ok AND diagnosis.created_at >= %(since)s AND result ->> 'state' = 'bad'
),
invoices AS (
    SELECT test.company_id, COALESCE(test.finished_at, test.created_at) AS done_at, test.id, result
    FROM certificates_testinvoice AS test, jsonb_array_elements(test.report) AS result
    WHERE NOT test.ok AND test.created_at >= %(since)s AND result ->> 'state' = 'bad'
),
mailboxes AS (
    SELECT box.company_id, COALESCE(job.finished_at, job.created_at) AS done_at, job.code
    FROM mailing_mailboxtest AS job JOIN mailing_mailbox AS box ON box.id = job.mailbox_id
    WHERE job.code NOT IN ('', 'ok', 'interrupted') AND job.created_at >= %(since)s
),
letters AS (
    SELECT signature.company_id, COALESCE(job.finished_at, job.created_at) AS done_at, job.code
    FROM certificates_lettersubmission AS job
    JOIN certificates_lettersignature AS signature ON signature.id = job.signature_id
    WHERE job.outcome = 'rejected' AND job.created_at >= %(since)s
),
refused AS (SELECT * FROM onboarding_refusedsubmit WHERE at >= %(since)s),
"""
STUMBLES = """
stumbles AS (
    SELECT company_id, at AS done_at, release, step, 'try' AS sort, '' AS name, '' AS code FROM refused
    UNION ALL
    SELECT company_id, at, release, step, 'field', error ->> 'field', error ->> 'code'
    FROM refused, jsonb_array_elements(errors) AS error
    UNION ALL
    -- What the request itself refused has no CSD, and is among the refused pages already.
    SELECT DISTINCT company_id, done_at, NULL, 'sellos', 'try', '', '' FROM checks WHERE csd_id IS NOT NULL
    UNION ALL
    SELECT company_id, done_at, NULL, 'sellos', 'csd', result ->> 'code', result ->> 'reason' FROM checks
    UNION ALL
    SELECT DISTINCT company_id, done_at, NULL, 'terminar', 'try', '', '' FROM invoices
    UNION ALL
    SELECT company_id, done_at, NULL, 'terminar', 'invoice', result ->> 'code', result ->> 'reason'
    FROM invoices
    UNION ALL
    SELECT company_id, done_at, NULL, 'correo', sort, '', CASE sort WHEN 'try' THEN '' ELSE code END
    FROM mailboxes, unnest(ARRAY['try', 'mailbox']) AS sort
    UNION ALL
    SELECT company_id, done_at, NULL, 'carta-manifiesto', sort, '', CASE sort WHEN 'try' THEN '' ELSE code END
    FROM letters, unnest(ARRAY['try', 'pac']) AS sort
)
"""
KEEP_STUMBLES = f"""
INSERT INTO backoffice_stumble (company_id, distributor_id, week, release, step, sort, name, code, times)
SELECT measured.id, measured.distributor_id, {WEEK}, COALESCE(stumbles.release, {RELEASE}),
    step, sort, left(name, 60), left(code, 60), count(*)
FROM stumbles JOIN measured ON measured.id = stumbles.company_id
WHERE {WEEK} >= %(first)s
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608  (constants of this file)
# Unlike a time, a stumble needs no move of the company's: an answer may come long after it.
ALIVE = """
WITH measured AS (SELECT id, distributor_id FROM companies_company WHERE deleted_at IS NULL),
"""
TROUBLE = ALIVE + TROUBLES + STUMBLES + KEEP_STUMBLES

# --- all of them together

COUNTS = """
INSERT INTO backoffice_timecount (week, release, step, party, seconds, companies)
SELECT week, release, step, party, seconds, count(*) FROM backoffice_steptime
GROUP BY week, release, step, party, seconds
"""
