"""What a shopper is written about a return, in the order's language; money going back has a letter of the order's."""

from typing import Any

from django.conf import settings

from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets
from glocal.transaction.orders import facade as orders
from glocal.transaction.returns import rules
from glocal.transaction.returns.models import Return


def approved(returned: Return) -> None:
    """The label is there."""
    _write(returned, "return_approved")


def received(returned: Return) -> None:
    _write(returned, "return_received")


def exchanged(returned: Return) -> None:
    _write(returned, "return_exchanged")


def refused(returned: Return) -> None:
    _write(returned, "return_refused", answer=returned.answer)


def lapsed(returned: Return) -> None:
    """Nothing was handed in in time."""
    _write(returned, "return_lapsed", days=str(rules.LAPSES_AFTER.days))


def _write(returned: Return, template: str, **context: str) -> None:
    order = orders.order_by_id(returned.order_id)
    if not order.email and order.person_id is None:
        return
    home = f"{settings.PUBLIC_URL}{markets.prefix_of(order.language, order.market)}/orders/{order.number}"
    context |= {
        "number": returned.number,
        "order": order.number,
        "name": order.address.get("name", ""),
        "what": ", ".join(
            f"{line.quantity} × {markets.pick(line.title, order.language)}" for line in returned.lines.order_by("pk")
        ),
        "link": f"{home}?t={order.token}#returns",
        "label": f"{home}/returns/{returned.number}/label?t={order.token}",
    }
    mail.queue([mail.Message(order.email, template, order.language, order.market, context, order.person_id)])


def _sample(language: str, market: str) -> dict[str, Any]:
    """A return that nobody asked for, for previews."""
    home = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market)}/orders/G7K3-92QF"
    return {
        "number": "G7K3-92QF-R1",
        "order": "G7K3-92QF",
        "name": mail.example_name(language),
        "what": "1 × glocal",
        "days": str(rules.LAPSES_AFTER.days),
        "answer": "The photo shows another article.",
        "link": f"{home}?t=example#returns",
        "label": f"{home}/returns/G7K3-92QF-R1/label?t=example",
    }


mail.register(
    *(
        mail.Letter(
            name,
            title,
            "orders",
            _sample,
            page="/orders/{order}",
            told=("number", "order"),
            secrets=("link", "label"),
        )
        for name, title in (
            ("return_approved", "Return approved, with its label"),
            ("return_received", "Return received"),
            ("return_exchanged", "Return settled by exchange"),
            ("return_refused", "Return refused"),
            ("return_lapsed", "Return never handed in"),
        )
    )
)
