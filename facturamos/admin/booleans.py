"""Yes and no in admin, in words: Django's red cross says «wrong» where nothing is, its name is «False»."""

from django.contrib.admin.templatetags import admin_list
from django.utils.html import format_html
from django.utils.safestring import SafeString

DRAWN_BY = "_boolean_icon"
WORDS = {True: ("yes", "Sí"), False: ("no", "No"), None: ("no", "—")}


def in_words(value: bool | None) -> SafeString:
    """What stands in a list, and on a row's page."""
    return format_html('<span class="{}">{}</span>', *WORDS[value])


def take_over() -> None:
    """Django has no setting for it: lists, pages and filters all ask this one function of theirs."""
    setattr(admin_list, DRAWN_BY, in_words)
