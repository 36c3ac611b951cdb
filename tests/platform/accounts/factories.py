from glocal.platform.accounts.models import Person
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets


def make_person(**fields):
    return Person.objects.create(**{"email": f"{uuid7().hex}@example.com", "name": "Somebody"} | fields)


def make_address(line1="1 Sukhumvit Road", **fields):
    given = {"name": "Mali S.", "line1": line1, "city": "Khlong Toei", "region": "10", "postcode": "10110"}
    return markets.check_address("TH", given | {"phone": "081 234 5678"} | fields)
