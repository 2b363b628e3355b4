"""Several machines on one: what docs/production.md calls «Varias máquinas», with its own files, for `make rehearsal`."""
