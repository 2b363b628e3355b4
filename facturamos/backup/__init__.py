"""Backups that open: made, proved and restored with the same few files.

A backup is a folder: `base.dump` (pg_dump), `archivos.tar` (every file of the media), `archivos.jsonl` (their
digests) and `manifiesto.json`, which says what belongs together: digests of those three, rows of each table,
and the fingerprints of the key ring. The ring itself is never in it.
"""
