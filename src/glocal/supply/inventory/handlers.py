"""Events that stock listens to: its own. Whether a variant ran out in all is decided after commit, one at a time."""

from collections.abc import Sequence

from glocal.events.inventory import BalanceCrossedZero, StockCameBack, StockRanOut
from glocal.platform.eventing import handles_batch, publish
from glocal.supply.inventory.sql import rows

# Two warehouses can run empty in two transactions that do not see each other; here both are committed.
_JUDGE = """
WITH total AS (
    SELECT variant_id, bool_or(w.active AND b.on_hand > b.reserved) AS in_stock
    FROM inventory_balance b JOIN inventory_warehouse w ON w.id = b.warehouse_id
    WHERE b.variant_id = ANY(%s) AND b.pool IS NULL GROUP BY variant_id
), changed AS (
    INSERT INTO inventory_availability AS a (variant_id, in_stock)
    SELECT variant_id, in_stock FROM total
    WHERE in_stock OR EXISTS (SELECT FROM inventory_availability known WHERE known.variant_id = total.variant_id)
    ORDER BY variant_id
    ON CONFLICT (variant_id) DO UPDATE SET in_stock = excluded.in_stock WHERE a.in_stock <> excluded.in_stock
    RETURNING variant_id, in_stock
)
SELECT variant_id, in_stock FROM changed ORDER BY variant_id
"""


@handles_batch(BalanceCrossedZero)
def judge_availability(events: Sequence[BalanceCrossedZero]) -> None:
    """Tell the others when a variant's free units in all warehouses together reach or leave zero."""
    changed = rows(_JUDGE, [list({event.variant_id for event in events})])
    publish(
        *(
            StockCameBack(variant_id=variant_id) if in_stock else StockRanOut(variant_id=variant_id)
            for variant_id, in_stock in changed
        )
    )
