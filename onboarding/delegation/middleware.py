"""The addresses of who was asked: the issuer's pages have other ones there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# All that is below is for who was asked to do one step.
ROOT = "/encargo/"
URLCONF = "onboarding.delegation.addresses"

type GetResponse = Callable[[HttpRequest], HttpResponse]


def delegation(get_response: GetResponse) -> GetResponse:
    """Below `ROOT`, «paso» and the names around it lead to the addresses that are open there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(ROOT):
            vars(request)["urlconf"] = URLCONF
        return get_response(request)

    return middleware
