"""Questions that shoppers of the demo asked, through the questions' own door."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from glocal.content.catalog import facade as catalog
from glocal.content.questions import facade as questions
from glocal.world.demo.goods import FOLDER


def asked() -> Sequence[Mapping[str, Any]]:
    """The questions of the files, in their order."""
    rows: Sequence[Mapping[str, Any]] = yaml.safe_load((FOLDER / "catalogue/questions.yaml").read_text("utf-8"))
    return rows


def ask_all() -> None:
    """Ask them as guests, and answer those that have an answer. Repeating it changes nothing."""
    for number, row in enumerate(asked()):
        product = catalog.product_page(market=row["market"], language=row["language"], slug=row["product"])
        view = questions.ask(
            asker=questions.Asker("", email=f"guest-{number}@demo.example", name=row.get("name", "")),
            product_id=product.id,
            market=row["market"],
            reads=row["language"],
            text=row["text"],
            key=f"demo:{number}",
        )
        if questions.confirm(view.token).status == "waiting" and "answer" in row:
            questions.answer(view.id, text=row["answer"], public=True, language=row["language"], actor_id=None)
