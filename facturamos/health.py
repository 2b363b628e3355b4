"""Whether the site can serve pages; for load balancers and `make run`."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """`/salud/`: 200 while the database answers. A broker that is down stops no page: jobs/models.py."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"estado": "bien"})
