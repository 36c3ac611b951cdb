"""Load what every installation starts with."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping


class Command(BaseCommand):
    help = "Load the warehouses, tariffs, tax rules and exchange rates that the product comes with; repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        inventory.seed_warehouses()
        shipping.seed_tariffs()
        markets.save_demo_rates()
        call_command("load_tax_rules", verbosity=0)
