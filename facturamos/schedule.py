"""What beat calls, and when: every task of the site that nobody asks for."""

from datetime import timedelta

from celery.schedules import crontab, schedule

from facturamos.jobs.lanes import HURRY_EVERY, PEOPLE, SWEEP_EVERY

# The hours of the day at which reminders are mailed, by the site's clock: nobody wants one at night.
REMINDER_HOURS = range(8, 20)

SCHEDULE = {
    "sweep": {"task": "facturamos.jobs.sweep", "schedule": schedule(SWEEP_EVERY), "options": {"expires": 5}},
    "hurry": {
        "task": "facturamos.jobs.hurry",
        "schedule": schedule(HURRY_EVERY),
        "options": {"expires": HURRY_EVERY.total_seconds(), "queue": PEOPLE.queue},
    },
    "sat-answers": {"task": "companies.forget_sat_answers", "schedule": schedule(timedelta(minutes=10))},
    "tidy": {"task": "companies.tidy", "schedule": crontab(minute="7")},
    "csd-drafts": {"task": "certificates.expire_drafts", "schedule": schedule(timedelta(minutes=1))},
    "csd-waits": {"task": "certificates.tell_waits_over", "schedule": schedule(timedelta(minutes=10))},
    "csd-reviews": {"task": "certificates.reconsider", "schedule": schedule(timedelta(minutes=10))},
    "letter-drafts": {"task": "certificates.forget_letter_drafts", "schedule": crontab(minute="47")},
    "sat-list": {"task": "certificates.fetch_lco", "schedule": crontab(minute="41")},
    "bounces": {"task": "mailing.read_bounces", "schedule": schedule(timedelta(minutes=5))},
    "encrypted": {"task": "facturamos.count_encrypted", "schedule": crontab(minute="13")},
    "media": {"task": "facturamos.tidy_media", "schedule": crontab(minute="23", hour="4")},
    "alarms": {"task": "mailing.sound_alarms", "schedule": schedule(timedelta(minutes=1))},
    # One after the other, each with a time limit of its own.
    "retention": {"task": "backoffice.tidy", "schedule": crontab(minute="1", hour="3")},
    "erasure": {"task": "backoffice.erase", "schedule": crontab(minute="31", hour="3")},
    "old-history": {"task": "backoffice.forget_history", "schedule": crontab(minute="1", hour="4")},
    "old-imports": {"task": "backoffice.forget_old_imports", "schedule": crontab(minute="17")},
    "old-exports": {"task": "backoffice.forget_old_exports", "schedule": crontab(minute="37")},
    "board-counts": {
        "task": "backoffice.count_board",
        "schedule": schedule(timedelta(minutes=1)),
        # One that waited is as good as those behind it.
        "options": {"expires": 60},
    },
    "measures": {"task": "backoffice.measure", "schedule": crontab(minute="51")},
    "mailbox-permits": {"task": "mailing.probe_grants", "schedule": schedule(timedelta(minutes=10))},
    "delegations": {"task": "onboarding.settle_delegations", "schedule": schedule(timedelta(minutes=2))},
    "reminders": {
        "task": "onboarding.remind",
        "schedule": crontab(minute="*/10", hour=f"{REMINDER_HOURS[0]}-{REMINDER_HOURS[-1]}"),
    },
}

# What did not end well beat calls again after this (facturamos/beat.py), so that no message need be older.
CALLED_AGAIN_AFTER = timedelta(hours=1)
for _each in SCHEDULE.values():
    if isinstance(_each["schedule"], crontab):
        _each.setdefault("options", {"expires": CALLED_AGAIN_AFTER.total_seconds()})

# Tasks of the night and of the hour, which nobody misses: «Estado» tells of one that ends well no more.
WATCHED = [str(each["task"]) for each in SCHEDULE.values() if isinstance(each["schedule"], crontab)]

# Beat calls each again, so it is taken as it begins. A message that waited for the end of what takes longer
# than `visibility_timeout` (a list of the SAT, a folder of a million files) would have it begin once more.
TAKEN_AT_ONCE = {str(each["task"]): {"acks_late": False} for each in SCHEDULE.values()}
