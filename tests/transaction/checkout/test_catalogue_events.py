"""Whole prices follow what the catalogue tells."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from glocal.events.catalog import OffersChanged
from glocal.platform.kernel.ids import uuid7
from glocal.transaction.checkout import handlers

pytestmark = pytest.mark.django_db


def test_products_whose_facts_changed_are_worked_out_again_once_a_batch():
    products = [uuid7() for _ in range(3)]
    events = [OffersChanged(change_id=uuid7(), product_ids=tuple(products[:2])) for _ in range(2)]
    events.append(OffersChanged(change_id=uuid7(), product_ids=(products[2],), markets=("TH",)))
    before = list(ProcrastinateJob.objects.values_list("pk", flat=True))  # other tests' jobs outlive them
    for told in (1, 2):
        handlers.offers_changed(events)
        jobs = ProcrastinateJob.objects.filter(task_name="checkout.refresh_landed").exclude(pk__in=before)
        assert [job.args for job in jobs] == [{"product_ids": sorted(map(str, products))}] * told
