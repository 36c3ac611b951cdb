"""The console's menu, by the work people come for. A table that an operator may not see does not appear."""

SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Selling",
        (
            ("orders.order", "Orders"),
            ("returns.return", "Returns"),
            ("returns.lostparcel", "Lost parcels"),
            ("questions.question", "Questions"),
            ("payments.payment", "Payments"),
            ("payments.refund", "Refunds"),
        ),
    ),
    (
        "Warehouse",
        (
            ("shipping.shipment", "Parcels"),
            ("inventory.balance", "Stock"),
            ("inventory.movement", "Stock journal"),
        ),
    ),
    (
        "Catalogue",
        (
            ("catalog.product", "Products"),
            ("collections.collection", "Collections"),
            ("catalog.sizechart", "Size charts"),
            ("pricing.pricerow", "Prices"),
            ("search.daysearches", "Searches"),
            ("search.missed", "Not found"),
            ("search.synonym", "Synonyms"),
            ("imports.importrun", "Imports"),
        ),
    ),
    (
        "Rules and rates",
        (
            ("tax.taxrule", "Tax rules"),
            ("shipping.raterow", "Shipping tariffs"),
            ("markets.fxrate", "Exchange rates"),
        ),
    ),
    (
        "Control",
        (
            ("accounts.person", "People"),
            ("accounts.apitoken", "API tokens"),
            ("mail.outgoingmail", "Mail"),
            ("mail.letterkind", "Letters"),
            ("payments.providerwebhook", "Webhooks"),
            ("eventing.delivery", "Deliveries"),
            ("privacy.consent", "Privacy choices"),
            ("audit.auditentry", "Audit trail"),
        ),
    ),
)
