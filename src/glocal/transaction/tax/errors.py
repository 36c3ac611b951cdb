"""How a tax call can fail."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid, NotFound, Unavailable


class MarketNotCovered(NotFound):
    """No customs area of the rules has this country as a member."""

    code = "tax_market_not_covered"
    message = gettext_noop("We have no tax rules for {market} yet.")


class TaxRequestWrong(Invalid):
    """The request contradicts itself: a programming error of the caller; ``field`` names the part."""

    code = "tax_request_wrong"
    message = gettext_noop("The tax of this cannot be worked out: {why}.")


class TaxRulesMissing(Unavailable):
    """The table of rules is empty."""

    code = "tax_rules_missing"
    message = gettext_noop("The tax rules are not loaded. Run “manage load_tax_rules”.")
