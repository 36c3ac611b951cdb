"""Load what every installation starts with."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from glocal.content.search import facade as search
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping


class Command(BaseCommand):
    help = "Load warehouses, tariffs, tax rules, rates and synonyms as the product comes with them; repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        inventory.seed_warehouses()
        shipping.seed_tariffs()
        markets.save_demo_rates()
        search.load_delivered()
        call_command("load_tax_rules", verbosity=0)
