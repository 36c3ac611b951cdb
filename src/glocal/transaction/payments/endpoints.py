"""The door for providers' webhooks, mounted at /hooks/payments/. A plain view: it is on the hot path of every order."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from glocal.transaction.payments.webhooks import intake


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Store a provider's webhook. 2xx only once it is stored; the provider repeats anything else."""
    intake(provider, request.headers, request.body)
    return HttpResponse(status=204)


urlpatterns = [path("<slug:provider>", webhook, name="payments-webhook")]
