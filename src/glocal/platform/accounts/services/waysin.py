"""How many ways lead into an account: the last one is never taken away."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from glocal.platform.accounts.models import Person


def ways_in(person: Person) -> int:
    """Passkeys, linked sign-ins, an e-mail address (by code) and a phone, each counted."""
    passkeys = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN).count()
    linked = SocialAccount.objects.filter(user_id=person.pk).count()
    return int(passkeys + linked + bool(person.email) + bool(person.phone))
