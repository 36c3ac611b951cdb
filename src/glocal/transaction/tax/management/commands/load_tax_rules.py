from typing import Any

from django.core.management.base import BaseCommand, CommandError

from glocal.transaction.tax.rule_format import RuleFileWrong
from glocal.transaction.tax.services import load_rules


class Command(BaseCommand):
    help = "Bring the tax rules in the database to what the product's rule files say. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = load_rules()
        except RuleFileWrong as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"{changed} rows changed.")
