"""The door for carriers' messages, mounted at /hooks/carriers/."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from glocal.supply.shipping.carriers import intake


@csrf_exempt
@require_POST
def message(request: HttpRequest, carrier: str) -> HttpResponse:
    """Store a carrier's message. 2xx only once it is stored; the carrier repeats anything else."""
    intake(carrier, request.headers, request.body)
    return HttpResponse(status=204)


urlpatterns = [path("<slug:carrier>", message, name="carrier-message")]
