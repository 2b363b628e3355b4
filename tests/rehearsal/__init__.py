"""Several machines on one, as docs/production.md has them in «Varias máquinas»: for `make rehearsal`."""
