"""The words on the sandbox's pages, in the languages of the shop; they stand in ``texts.yaml``."""

from collections.abc import Mapping
from pathlib import Path

import yaml

_WORDS: Mapping[str, Mapping[str, str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
LANGUAGES = tuple(_WORDS)
ERRORS = ("invalid_number", "invalid_expiry", "card_expired", "invalid_cvc", "test_cards_only", "unreachable")


def language_of(asked: str) -> str:
    """The nearest of our languages to a BCP 47 tag; English where there is none."""
    primary = asked.lower().replace("_", "-").split("-")[0]
    return next((language for language in LANGUAGES if language.split("-")[0].lower() == primary), "en")


def text(key: str, language: str, **values: str) -> str:
    return _WORDS[language][key].format(**values)
