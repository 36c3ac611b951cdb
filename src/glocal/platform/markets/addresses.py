"""Address forms, checks and labels by country."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets.address_rules import FIELD_OF, CountryRules, Region, country_rules, postcodes_of
from glocal.platform.markets.errors import (
    AddressChoiceUnknown,
    AddressFieldMissing,
    AddressFieldTooLong,
    PostcodeElsewhere,
    PostcodeMalformed,
)
from glocal.platform.markets.phones import check_phone_in, country_name, phone_example
from glocal.platform.markets.types import Address, AddressField, AddressForm, Choice, Place

_AUTOCOMPLETE = {
    "name": "name",
    "company": "organization",
    "line1": "address-line1",
    "line2": "address-line2",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "phone": "tel",
}
_LONGEST = {"name": 80, "company": 80, "line1": 100, "line2": 100, "postcode": 12, "phone": 24}
_LONGEST_PLACE = 80
_KEPT_MARKS = "\u200c\u200d"
_SEPARATORS = " ,-–"
_POSTCODE_GAPS = {
    "GB": (r"^(BFPO(?=\d)|.+(?=\d[A-Z]{2}$))", r"\1 "),
    "CA": (r"^(.{3})(.{3})$", r"\1 \2"),
    "BR": (r"^(\d{5})(\d{3})$", r"\1-\2"),
    "US": (r"^(\d{5})(\d{4})$", r"\1-\2"),
}


@lru_cache(maxsize=512)
def address_form(country: str, language: str) -> AddressForm:
    """The form for a country's addresses with labels in a language. Raises UnknownCountry."""
    rules = country_rules(country)
    with translation.override(language):
        return AddressForm(country, tuple(_form_field(rules, name, language) for name in _names(rules)))


def _names(rules: CountryRules) -> list[str]:
    places = [name for letter in rules.order for name in (("line1", "line2") if letter == "A" else (FIELD_OF[letter],))]
    return ["name", "company", *places, "phone"]


def _form_field(rules: CountryRules, name: str, language: str) -> AddressField:
    examples = {"postcode": rules.postcode_example, "phone": phone_example(rules.code)}
    return AddressField(
        name=name,
        label=_label(rules, name),
        required=_is_required(rules, name),
        autocomplete=_AUTOCOMPLETE[name],
        choices=_choices(rules, language) if name == "region" else (),
        max_length=_LONGEST.get(name, _LONGEST_PLACE),
        example=examples.get(name, ""),
    )


def _label(rules: CountryRules, name: str) -> str:
    if name in rules.labels:
        return str(rules.labels[name])
    return {
        "name": _("Full name"),
        "company": _("Company"),
        "line1": _("Street and number"),
        "line2": _("Flat, floor, building"),
        "phone": _("Phone"),
    }[name]


def _is_required(rules: CountryRules, name: str) -> bool:
    # Every courier and customs office we ship through asks for a telephone number.
    if name in {"name", "line1", "phone"}:
        return True
    return any(FIELD_OF.get(letter) == name for letter in rules.required)


def _choices(rules: CountryRules, language: str) -> tuple[Choice, ...]:
    local = _is_local(rules, language)
    choices = [Choice(region.code, region.name if local else region.name_latin) for region in rules.regions]
    return tuple(choices if local else sorted(choices, key=lambda choice: choice.label))


def _is_local(rules: CountryRules, language: str) -> bool:
    return rules.language != "" and language.partition("-")[0] == rules.language.partition("-")[0]


def check_address(country: str, fields: Mapping[str, str], language: str = "en") -> Address:
    """The address as we keep it: cleaned, postcode in its usual shape, region as a code, phone as E.164.

    Raises UnknownCountry, AddressFieldMissing, AddressFieldTooLong, AddressChoiceUnknown, PostcodeMalformed,
    PostcodeElsewhere or PhoneInvalid, each with ``field``; labels and names inside the text are in ``language``.
    """
    address, faults = _check(country_rules(country), fields, language)
    if faults:
        raise faults[0]
    return address


def address_faults(country: str, fields: Mapping[str, str], language: str = "en") -> tuple[DomainError, ...]:
    """All that ``check_address`` would refuse, one for each field at fault, so that a form can show them together.

    Raises UnknownCountry.
    """
    return tuple(_check(country_rules(country), fields, language)[1])


def _check(rules: CountryRules, fields: Mapping[str, str], language: str) -> tuple[Address, list[DomainError]]:
    address, faults = _checked(rules, fields, language)
    if faults:  # seldom, and only then are words needed
        with translation.override(language):
            address, faults = _checked(rules, fields, language)
    return address, faults


def _checked(rules: CountryRules, fields: Mapping[str, str], language: str) -> tuple[Address, list[DomainError]]:
    values = dict.fromkeys(_AUTOCOMPLETE, "")
    faults: list[DomainError] = []
    for name, required, limit in _limits(rules.code):
        value = values[name] = _cleaned(fields.get(name) or "")
        if not value and required:
            faults.append(AddressFieldMissing(field=name, label=_label(rules, name)))
        elif len(value) > limit:
            faults.append(AddressFieldTooLong(field=name, label=_label(rules, name), limit=limit))
    wrong = {fault.field for fault in faults}
    region = None
    with _collected(faults):
        region = _checked_region(rules, values["region"]) if "region" not in wrong else None
        values["region"] = region.code if region else values["region"]
    with _collected(faults):
        if values["postcode"] and "postcode" not in wrong:
            values["postcode"] = _checked_postcode(rules, values["postcode"], region, language)
    with _collected(faults):
        if "phone" not in wrong:
            values["phone"] = check_phone_in(rules.code, values["phone"], language)
    return Address(country=rules.code, **values), faults


def check_place(country: str, *, postcode: str = "", region: str = "", language: str = "en") -> Place:
    """A place as far as postcode or region tell it, for what depends on nothing else; the postcode names the region
    where the country's do. Both empty: somewhere in the country.

    Raises UnknownCountry, AddressChoiceUnknown, AddressFieldTooLong, PostcodeMalformed, PostcodeElsewhere.
    """
    rules = country_rules(country)
    with translation.override(language):
        postcode, limit = _cleaned(postcode), _LONGEST["postcode"]
        if len(postcode) > limit:
            raise AddressFieldTooLong(field="postcode", label=_label(rules, "postcode"), limit=limit)
        found = _checked_region(rules, _cleaned(region)[:_LONGEST_PLACE])
        if postcode and "Z" in rules.order:
            postcode = _checked_postcode(rules, postcode, found, language)
            found = found or _region_at(rules, postcode)
        name = (found.name if _is_local(rules, language) else found.name_latin) if found else ""
    return Place(rules.code, found.code if found else "", postcode if "Z" in rules.order else "", name)


def _region_at(rules: CountryRules, postcode: str) -> Region | None:
    """The one region whose postcodes begin so; None where the data does not know, or knows several."""
    starts = ((region, postcodes_of(rules.code, region.key)) for region in rules.regions)
    found = [region for region, pattern in starts if pattern is not None and pattern.match(postcode)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=256)
def _limits(country: str) -> tuple[tuple[str, bool, int], ...]:
    """The fields of a country's addresses: name, whether it must be given, most letters."""
    rules = country_rules(country)
    return tuple((name, _is_required(rules, name), _LONGEST.get(name, _LONGEST_PLACE)) for name in _names(rules))


@contextmanager
def _collected(faults: list[DomainError]) -> Iterator[None]:
    try:
        yield
    except DomainError as fault:
        faults.append(fault)


def _cleaned(text: str) -> str:
    """Without line breaks, control and direction marks (a label must not be rearranged by them), NFC."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace() or letter in _KEPT_MARKS or unicodedata.category(letter)[0] != "C"
    )
    return " ".join("".join(kept).split())


def _checked_region(rules: CountryRules, text: str) -> Region | None:
    if not rules.regions or not text:
        return None
    region = rules.region(text)
    if region is None:
        raise AddressChoiceUnknown(field="region", value=text, label=_label(rules, "region"))
    return region


def _checked_postcode(rules: CountryRules, text: str, region: Region | None, language: str) -> str:
    postcode = _usual_postcode(rules.code, text)
    if rules.postcode is not None and not rules.postcode.match(postcode):
        raise PostcodeMalformed(
            field="postcode",
            value=text,
            label=_label(rules, "postcode"),
            country=country_name(rules.code, language),
            example=rules.postcode_example,
        )
    starts = postcodes_of(rules.code, region.key) if region else None
    if region and starts is not None and not starts.match(postcode):
        name = region.name if _is_local(rules, language) else region.name_latin
        raise PostcodeElsewhere(field="postcode", value=postcode, label=_label(rules, "postcode"), region=name)
    return postcode


def _usual_postcode(country: str, text: str) -> str:
    """Western digits, capitals, and the gap where the country writes one."""
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(letter, letter)) for letter in unicodedata.normalize("NFKC", text))
    western = text.upper()
    tight = re.sub(r"[\s.\-]", "", western)
    if country in _POSTCODE_GAPS:
        pattern, shape = _POSTCODE_GAPS[country]
        return re.sub(pattern, shape, tight)
    return re.sub(r"(?<=\d)[\s.](?=\d)", "", western)


def lines(address: Address, language: str) -> tuple[str, ...]:
    """The address as on an envelope of its country, the country's name last, in ``language``.

    Raises UnknownCountry.
    """
    rules = country_rules(address.country)
    local = _is_local(rules, language)
    region = rules.region(address.region)
    written = address.region if region is None else region.key if local else region.key_latin
    texts = {
        "N": address.name,
        "O": address.company,
        "A": "\n".join(part for part in (address.line1, address.line2) if part),
        "D": address.district,
        "C": address.city,
        "S": written,
        "Z": address.postcode,
    }
    upper = {letter: text.upper() if letter in rules.upper else text for letter, text in texts.items()}
    return (*_filled(rules.lines if local else rules.lines_latin, upper), country_name(address.country, language))


def _filled(formats: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """Each line with its letters replaced; separators that a missing part leaves at an end go with it."""
    filled: list[str] = []
    for line in formats:
        if not any(texts.get(letter) for letter in re.findall("%(.)", line)):
            continue
        text = re.sub("%(.)", lambda found: texts.get(found[1], ""), line)
        filled += [part.strip(_SEPARATORS) for part in text.split("\n") if part.strip(_SEPARATORS)]
    return filled
