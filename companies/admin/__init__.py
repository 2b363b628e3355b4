"""Companies, people and papers in admin. Company itself is registered by onboarding/backoffice/."""

from companies.admin import data, papers, people, requests

__all__ = ["data", "papers", "people", "requests"]
