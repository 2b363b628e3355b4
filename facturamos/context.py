"""What every page may say about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name and how to reach support, for the layout."""
    return {"site_name": settings.SITE_NAME, "support": settings.SUPPORT}
