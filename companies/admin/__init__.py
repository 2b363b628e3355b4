"""Companies, people and agreements in admin. Company itself is registered by onboarding/backoffice/."""

from companies.admin import addresses, agreements, invoice, people, sign_in, validator

__all__ = ["addresses", "agreements", "invoice", "people", "sign_in", "validator"]
