"""What a browser keeps of the site goes when somebody leaves: the next person may sit at the same machine."""

from django.http import HttpResponseBase


def cleared[Response: HttpResponseBase](response: Response) -> Response:
    """The answer, which tells the browser to forget pages and what scripts put by.

    Cookies stay: Django ends the session's, and another keeps strangers' guesses from locking its owner out.
    """
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
