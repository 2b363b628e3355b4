"""The project package: settings, secrets at rest, work in the background, the local servers.

It imports nothing: every helper of hostile files (facturamos/sandbox.py) begins with it, and would have
Celery and Django with it, 28 MB each.
"""
