"""The one table: which adapter stands behind each port, embedded on one machine or distributed over many.

An entry is a dotted path; ``GLOCAL_DEPLOYMENT`` (``embedded`` or ``distributed``) chooses the column.
"""

import os

EMBEDDED, DISTRIBUTED = "embedded", "distributed"

DEPLOYMENT = os.environ.get("GLOCAL_DEPLOYMENT", EMBEDDED)

# fmt: off
PORTS: dict[str, dict[str, str]] = {
    # port                              embedded                                                    distributed
    "transaction.payments.sandbox": {EMBEDDED: "glocal.transaction.payments.adapters.sandbox.SandboxProvider",
                                     DISTRIBUTED: "glocal.transaction.payments.adapters.sandbox.SandboxProvider"},
    "supply.shipping.sandbox":      {EMBEDDED: "glocal.supply.shipping.adapters.sandbox.SandboxCarrier",
                                     DISTRIBUTED: "glocal.supply.shipping.adapters.sandbox.SandboxCarrier"},
    "content.catalog.finder":       {EMBEDDED: "glocal.content.search.finding.ShopFinder",
                                     DISTRIBUTED: "glocal.content.search.finding.ShopFinder"},
    "platform.markets.fx":          {EMBEDDED: "glocal.platform.markets.adapters.ecb.EcbFeed",
                                     DISTRIBUTED: "glocal.platform.markets.adapters.ecb.EcbFeed"},
    "platform.accounts.sms":        {EMBEDDED: "glocal.platform.accounts.adapters.sms_file.SmsFile",
                                     DISTRIBUTED: "glocal.platform.accounts.adapters.sms_file.SmsFile"},
}
# fmt: on


def adapter(port: str) -> str:
    """Dotted path of the adapter that stands behind ``port`` in this deployment."""
    return PORTS[port][DEPLOYMENT]
