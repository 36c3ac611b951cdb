"""Why an account, a sign-in, an address, a role or a token is refused."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class PersonNotFound(NotFound):
    code = "person_not_found"
    message = gettext_noop("We could not find that account.")


class EmailMalformed(Invalid):
    code = "email_malformed"
    message = gettext_noop("“{value}” is not an e-mail address. It looks like name@example.com.")


class PasswordRefused(Invalid):
    code = "password_refused"
    message = gettext_noop("Please choose another password. {reasons}")


class NameTooLong(Invalid):
    code = "name_too_long"
    message = gettext_noop("The name is too long. Use at most {limit} characters.")


class LanguageNotOffered(Invalid):
    code = "language_not_offered"
    message = gettext_noop("We do not speak “{language}” yet. Choose one of {known}.")


class SignInRefused(Invalid):
    code = "sign_in_refused"
    message = gettext_noop("E-mail address and password do not belong together. Check both and try again.")


class LinkExpired(Invalid):
    code = "link_expired"
    message = gettext_noop("This link has been used or is too old. Ask for a new one.")


class TooManyTries(Unavailable):
    code = "too_many_tries"
    message = gettext_noop("There were too many tries to sign in. Wait {minutes} minutes and try again.")


class CodeRefused(Invalid):
    code = "code_refused"
    message = gettext_noop("This code is wrong or too old. Take the newest one, or ask for another.")


class AppCodeRefused(CodeRefused):
    """Of an authenticator app, or a recovery code: nobody sends another."""

    message = gettext_noop(
        "This code is not right. Type the one that your app shows now, or a recovery code that you have not used yet."
    )


class TooManyCodes(Unavailable):
    code = "too_many_codes"
    message = gettext_noop("We have sent many codes already. Wait {minutes} minutes and try again.")


class PhoneMalformed(Invalid):
    code = "phone_malformed"
    message = gettext_noop("This is not a whole phone number. Begin with + and the country's code.")


class AddressTaken(Conflict):
    code = "address_taken"
    message = gettext_noop("Another account has this already. Sign in there, or use another one.")


class SecondFactorNeeded(Invalid):
    code = "second_factor_needed"
    message = gettext_noop("One more step: the code of your authenticator app.")


class SignInTooOld(Forbidden):
    code = "sign_in_too_old"
    message = gettext_noop("Please sign in once more before you change how you sign in.")


class PasskeyRefused(Invalid):
    code = "passkey_refused"
    message = gettext_noop("This passkey does not open an account here. Try again, or sign in another way.")


class LastWayIn(Conflict):
    code = "last_way_in"
    message = gettext_noop("This is your only way to sign in. Add another one first.")


class LoginTaken(Conflict):
    code = "login_taken"
    message = gettext_noop("This {provider} account is linked to another account here.")


class InvitationExpired(Invalid):
    code = "invitation_expired"
    message = gettext_noop("This invitation has been used or is too old. Ask for a new one.")


class AddressNotFound(NotFound):
    code = "address_not_found"
    message = gettext_noop("This address is not in your book.")


class AddressBookFull(Conflict):
    code = "address_book_full"
    message = gettext_noop("Your book holds {limit} addresses. Remove one first.")


class UnknownBusinessUnit(NotFound):
    code = "unknown_business_unit"
    message = gettext_noop("There is no business unit “{business_unit}”. Choose one of {known}.")


class UnknownRole(Invalid):
    code = "unknown_role"
    message = gettext_noop("There is no role “{role}”. Choose one of {known}.")


class MarketOutsideUnit(Invalid):
    code = "market_outside_unit"
    message = gettext_noop("The market {market} is not one of {business_unit}. Choose one of {known}.")


class NotInYourHands(Forbidden):
    code = "not_in_your_hands"
    message = gettext_noop("Only a manager of every market concerned can do this. Ask one of {business_unit}.")


class UnknownScope(Invalid):
    code = "unknown_scope"
    message = gettext_noop("There is no scope “{scope}”. Choose from {known}.")


class ExpiryPast(Invalid):
    code = "expiry_past"
    message = gettext_noop("A token must expire in the future. Choose a later time, or none.")


class TokenNotFound(NotFound):
    code = "token_not_found"
    message = gettext_noop("We could not find that token.")
