"""The demo data of `make run`: made up, on a developer's machine only."""
