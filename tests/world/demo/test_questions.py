"""The demo's questions: asked of goods that are there, each once, in a language its market speaks."""

import pytest

from glocal.content.questions import facade as questions
from glocal.content.questions.models import Question
from glocal.content.questions.rules import language_of, names_somebody
from glocal.platform.kernel.money import Money
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.markets import facade as markets
from glocal.world.demo import asking
from glocal.world.demo.goods import goods
from tests.factories.catalog import make_product


def test_each_is_about_a_good_of_the_demo_in_a_language_of_its_market_and_names_nobody():
    slugs = {good.raw["slug"] for good in goods()}
    for row in asking.asked():
        assert row["product"] in slugs
        market = markets.get(row["market"])
        said = [row["text"], *([row["answer"]] if "answer" in row else [])]
        assert {language_of(text, row["language"]) for text in said} == {row["language"]}
        assert not any(names_somebody(text, market.code) for text in said)


@pytest.mark.django_db
def test_asking_them_again_changes_nothing():
    prices = {market.code: Money.of("20", market.currency).minor for market in markets.all_markets()}
    for slug in {row["product"] for row in asking.asked()}:
        make_product(title=slug, slug=slug, prices=prices)
    kept = []
    for _ in range(2):
        asking.ask_all()
        rows = sorted(Question.objects.values_list("key", "status", "closed_at", "is_public"))
        kept.append((rows, OutgoingMail.objects.count()))
    assert kept[0] == kept[1]
    assert len(kept[0][0]) == len(asking.asked())
    waiting = {row.text for row in questions.listed(markets={"US", "TH"}, status="waiting")}
    assert waiting == {row["text"] for row in asking.asked() if "answer" not in row}
