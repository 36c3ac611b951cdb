"""Methods a person kept: forgetting them here and at the provider."""

from uuid import UUID

from glocal.platform.eventing import transactional
from glocal.transaction.payments import jobs
from glocal.transaction.payments.errors import SavedMethodNotFound
from glocal.transaction.payments.models import SavedMethod


@transactional
def forget_method(*, person_id: UUID, saved_method_id: UUID) -> None:
    """Forget one of the person's methods; a job tells the provider. Raises SavedMethodNotFound."""
    found = SavedMethod.objects.select_for_update().filter(pk=saved_method_id, person_id=person_id).first()
    if found is None:
        raise SavedMethodNotFound(field="saved_method")
    jobs.forget_method.defer(provider=found.provider, customer=str(person_id), reference=found.reference)
    found.delete()
