import re
from inspect import getmembers, isclass

import pytest
from django.conf import settings
from django.utils import translation

from glocal.platform.accounts import errors as account_errors
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import errors as market_errors
from glocal.platform.markets import facade as markets
from glocal.platform.markets.address_rules import _NAMES, _OWN_NAMES

OTHERS = tuple(code for code, _name in settings.LANGUAGES if code != "en")
MESSAGES = [
    error.message
    for module in (market_errors, account_errors)
    for _, error in getmembers(module, isclass)
    if issubclass(error, DomainError) and error.__module__ == module.__name__
]


@pytest.mark.parametrize("language", OTHERS)
def test_every_error_has_a_sentence_in_every_language_with_all_its_details(language):
    with translation.override(language):
        for message in MESSAGES:
            told = translation.gettext(message)
            assert told != message, message
            assert sorted(re.findall(r"{\w+}", told)) == sorted(re.findall(r"{\w+}", message))


@pytest.mark.parametrize("language", OTHERS)
def test_every_label_of_an_address_has_a_word_in_every_language(language):
    labels = [label for names in _NAMES.values() for label in names.values()] + list(_OWN_NAMES.values())
    with translation.override("en"):
        english = [str(label) for label in labels]
    with translation.override(language):
        told = [str(label) for label in labels]
    own_names = {"Eircode", "Barangay"}
    assert {one for one, other in zip(english, told, strict=True) if one == other} <= own_names


def test_a_form_and_its_faults_speak_the_readers_language():
    labels = {field.name: field.label for field in markets.address_form("AE", "ar").fields}
    assert labels["region"] == "الإمارة"
    with pytest.raises(markets.PostcodeElsewhere) as refused, translation.override("th"):
        markets.check_address(
            "TH",
            {"name": "A", "line1": "1", "phone": "0812345678", "city": "x", "region": "10", "postcode": "50000"},
            "th",
        )
    with translation.override("th"):
        told = translation.gettext(refused.value.message).format(**refused.value.details)
    assert told == "รหัสไปรษณีย์ 50000 ไม่อยู่ในกรุงเทพมหานคร โปรดแก้ไขอย่างใดอย่างหนึ่ง"
