import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.markets import facade as markets
from glocal.platform.markets.address_rules import country_rules
from glocal.platform.markets.table import MARKETS

# One true place per market: what a person would type, and region and postcode as we keep them.
PLACES = {
    "TH": ({"district": "Khlong Toei", "city": "Khlong Toei", "region": "Bangkok", "postcode": "10110"}, "10", "10110"),
    "VN": ({"city": "Quận 1", "region": "Ho Chi Minh City"}, "SG", ""),
    "ID": ({"city": "Bandung", "region": "Jawa Barat", "postcode": "40115"}, "JB", "40115"),
    "MY": ({"city": "Kuala Lumpur", "region": "kuala lumpur", "postcode": "50670"}, "14", "50670"),
    "SG": ({"postcode": "546080"}, "", "546080"),
    "PH": ({"district": "Poblacion", "city": "Makati", "region": "Metro Manila", "postcode": "1200"}, "00", "1200"),
    "US": ({"city": "Los Angeles", "region": "California", "postcode": "90001 1234"}, "CA", "90001-1234"),
    "CA": ({"city": "Toronto", "region": "ontario", "postcode": "m5v2t6"}, "ON", "M5V 2T6"),
    "GB": ({"city": "London", "postcode": "ec1a1hq"}, "", "EC1A 1HQ"),
    "DE": ({"city": "Berlin", "postcode": "10115"}, "", "10115"),
    "FR": ({"city": "Paris", "postcode": "75 001"}, "", "75001"),
    "AE": ({"region": "دبي"}, "DU", ""),
    "SA": ({"city": "Riyadh", "postcode": "١١٥٦٤"}, "", "11564"),
    "MX": ({"district": "Centro", "city": "Mérida", "region": "Yucatan", "postcode": "97000"}, "YUC", "97000"),
    "BR": ({"city": "São Paulo", "region": "sao paulo", "postcode": "01310100"}, "SP", "01310-100"),
    "CN": ({"city": "深圳市", "district": "南山区", "region": "广东省", "postcode": "518000"}, "44", "518000"),
}


def typed(country, **changes):
    phone = next(field.example for field in markets.address_form(country, "en").fields if field.name == "phone")
    return {"name": "Mali S.", "line1": "1 Some Street", "phone": phone} | PLACES[country][0] | changes


@pytest.mark.parametrize("country", PLACES)
def test_a_true_address_of_every_market_is_kept_in_its_usual_shape(country):
    _, region, postcode = PLACES[country]
    address = markets.check_address(country, typed(country), "en")
    assert (address.country, address.region, address.postcode) == (country, region, postcode)
    assert address.phone.startswith("+")
    assert markets.check_address(country, address.as_dict(), "ar") == address, "checking again changes nothing"
    assert markets.Address.from_dict(address.as_dict()) == address


@pytest.mark.parametrize(
    ("country", "language", "envelope"),
    [
        ("TH", "en", ("Mali S.", "1 Some Street", "Khlong Toei, Khlong Toei", "BANGKOK 10110", "Thailand")),
        ("TH", "th", ("Mali S.", "1 Some Street", "Khlong Toei Khlong Toei", "กรุงเทพมหานคร 10110", "ไทย")),
        ("US", "en", ("Mali S.", "1 Some Street", "LOS ANGELES, CA 90001-1234", "United States")),
        ("GB", "en", ("Mali S.", "1 Some Street", "LONDON", "EC1A 1HQ", "United Kingdom")),
        ("SG", "en", ("Mali S.", "1 Some Street", "SINGAPORE 546080", "Singapore")),
        ("AE", "en", ("Mali S.", "1 Some Street", "Dubai", "United Arab Emirates")),
        ("BR", "en", ("Mali S.", "1 Some Street", "SÃO PAULO-SP", "01310-100", "Brazil")),
        ("DE", "zh-hans", ("Mali S.", "1 Some Street", "10115 BERLIN", "德国")),
    ],
)
def test_an_envelope_is_written_as_its_country_writes_it(country, language, envelope):
    assert markets.lines(markets.check_address(country, typed(country)), language) == envelope


@pytest.mark.parametrize(
    ("country", "changes", "error", "field", "says"),
    [
        ("TH", {"name": " "}, markets.AddressFieldMissing, "name", "Full name is missing"),
        ("TH", {"region": ""}, markets.AddressFieldMissing, "region", "Province is missing"),
        ("US", {"region": "Narnia"}, markets.AddressChoiceUnknown, "region", "“Narnia” is not in the list for State"),
        ("US", {"region": "NY"}, markets.PostcodeElsewhere, "postcode", "90001-1234 is not in New York"),
        (
            "US",
            {"postcode": "9000"},
            markets.PostcodeMalformed,
            "postcode",
            "“9000” does not look right (United States). An ex",
        ),
        ("TH", {"postcode": "50000"}, markets.PostcodeElsewhere, "postcode", "50000 is not in Bangkok"),
        ("GB", {"postcode": "12345"}, markets.PostcodeMalformed, "postcode", "An example is EC1Y 8SY"),
        ("SG", {"postcode": ""}, markets.AddressFieldMissing, "postcode", "Postcode is missing"),
        ("AE", {"region": ""}, markets.AddressFieldMissing, "region", "Emirate is missing"),
        ("DE", {"line1": "x" * 101}, markets.AddressFieldTooLong, "line1", "at most 100 characters"),
        ("DE", {"phone": ""}, markets.AddressFieldMissing, "phone", "Phone is missing"),
        ("DE", {"phone": "123"}, markets.PhoneInvalid, "phone", "number of this country (Germany). Write it like 0"),
        ("DE", {"phone": "9" * 5000}, markets.AddressFieldTooLong, "phone", "at most 24 characters"),
    ],
)
def test_what_a_country_refuses_is_named_with_field_fault_and_mend(country, changes, error, field, says):
    with pytest.raises(error) as refused:
        markets.check_address(country, typed(country, **changes), "en")
    assert refused.value.field == field
    assert says in refused.value.message.format(**refused.value.details)


@pytest.mark.parametrize("country", ["XX", "ZZ", "th", "", "../US", "USA"])
def test_an_unknown_country_is_refused(country):
    for ask in (
        lambda: markets.check_address(country, {}),
        lambda: markets.address_form(country, "en"),
    ):
        with pytest.raises(markets.UnknownCountry):
            ask()


def test_the_emirates_have_no_postcode_and_one_that_is_typed_is_not_kept():
    assert "postcode" not in [field.name for field in markets.address_form("AE", "ar").fields]
    assert markets.check_address("AE", typed("AE", postcode="00000")).postcode == ""


@pytest.mark.parametrize("country", ["TH", "VN", "ID", "MY", "PH", "US", "CA", "AE", "MX", "BR", "CN"])
def test_regions_are_choices_in_the_readers_script(country):
    rules = country_rules(country)
    (field,) = [field for field in markets.address_form(country, "en").fields if field.name == "region"]
    assert field.required or country == "MY"
    assert len({choice.value for choice in field.choices}) == len(field.choices) == len(rules.regions)
    if rules.language not in {"en", "zh"}:
        letters = [letter for choice in field.choices for letter in choice.label if letter.isalpha()]
        assert all("LATIN" in unicodedata.name(letter) for letter in letters)
    for region in rules.regions:
        for spelling in (region.code, region.key, region.name.upper(), region.name_latin.lower()):
            assert rules.region(spelling) == region


@pytest.mark.parametrize("country", PLACES)
def test_a_form_asks_for_what_the_check_requires_and_in_the_countrys_order(country):
    form = markets.address_form(country, MARKETS[country].language)
    for field in form.fields:
        assert field.label
        if field.required:
            with pytest.raises(markets.AddressFieldMissing) as refused:
                markets.check_address(country, typed(country, **{field.name: "\u200b \n"}))
            assert refused.value.field == field.name
        elif field.name not in PLACES[country][0]:
            markets.check_address(country, typed(country, **{field.name: ""}))


text = st.text(max_size=60)


@given(country=st.sampled_from(sorted(PLACES)), name=text, line1=text, line2=text, city=text, company=text)
def test_whatever_is_typed_is_either_refused_by_field_or_kept_for_good(country, **fields):
    try:
        address = markets.check_address(country, typed(country, **fields))
    except (markets.AddressFieldMissing, markets.AddressFieldTooLong) as refused:
        fault = refused.field
    else:
        fault = None
    if fault:
        assert fault in fields
        return
    assert markets.check_address(country, address.as_dict()) == address
    assert markets.Address.from_dict(address.as_dict()) == address
    kept = "".join(address.as_dict().values())
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in kept)
    assert not any(letter in kept for letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\n\r")
    envelope = "\n".join(markets.lines(address, "en"))
    assert address.line1.strip(" ,-–").upper() in envelope.upper()


@pytest.mark.parametrize(
    ("market", "written", "kept"),
    [
        ("TH", "081 234 5678", "+66812345678"),
        ("TH", "๐๘๑-๒๓๔-๕๖๗๘", "+66812345678"),
        ("US", "+66 81 234 5678", "+66812345678"),
        ("SA", "٠٥١٢٣٤٥٦٧٨", "+966512345678"),
        ("GB", "07400 123456", "+447400123456"),
    ],
)
def test_a_phone_number_is_kept_in_one_shape(market, written, kept):
    assert markets.check_phone(written, markets.get(market)) == kept


@pytest.mark.parametrize("written", ["", "+", "123", "call me", "+999 123 456 789", "12345678901234567890"])
def test_what_is_no_phone_number_is_refused_with_an_example(written):
    with pytest.raises(markets.PhoneInvalid) as refused:
        markets.check_phone(written, markets.get("TH"))
    assert refused.value.details["example"] == "081 234 5678"


def test_every_fault_is_told_where_the_check_stops_at_the_first():
    wrong = typed("US", name="", postcode="10115", phone="12")
    faults = markets.address_faults("US", wrong)
    assert [fault.field for fault in faults] == ["name", "postcode", "phone"]
    with pytest.raises(markets.AddressFieldMissing):
        markets.check_address("US", wrong)
    assert markets.address_faults("US", typed("US")) == ()
