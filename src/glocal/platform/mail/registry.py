"""The letters there are. A package names its own in its ``letters.py``, which is imported when Django starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Sample = Callable[[str, str], Mapping[str, Any]]
MASK = "••••"
"""Stands where a secret of a letter was, or where nobody but its reader may see it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What ``mail/<name>.{subject.txt,txt,mjml}`` is for.

    ``purpose`` is one of ``purposes``; ``sample`` makes the context of an example for a language and a market.
    With a ``page`` the person it is for also gets a notice in the shop: the subject, leading to that path behind the
    market's prefix. ``page`` and subject may use the values of the context that ``told`` names, and no others.
    ``secrets`` names the values that open something (a code, a link with a token): the mail log never shows them, and
    they are taken out of the row once the letter is sent.
    """

    name: str
    title: str = ""
    purpose: str = "service"
    sample: Sample = field(default=lambda language, market: {}, repr=False)
    page: str = ""
    told: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def masks(self, context: Mapping[str, Any]) -> dict[str, str]:
        """What to put over the secrets of this context."""
        return {name: MASK for name in self.secrets if context.get(name)}

    def lacks_secrets(self, context: Mapping[str, Any]) -> bool:
        """Whether they were taken out, so that the letter would lead nowhere."""
        return any(context.get(name) == MASK for name in self.secrets)


_EXAMPLE_NAMES = {
    "zh-hans": "林晓",
    "th": "มาลี ใจดี",
    "vi": "Nguyễn Thu Hà",
    "id": "Putri Lestari",
    "ms": "Nurul Aisyah",
    "es": "Sofía Hernández",
    "pt": "Ana Souza",
    "ar": "نور عزيز",
}

_letters: dict[str, Letter] = {}


def example_name(language: str) -> str:
    """Somebody whom a letter's example is written to, as people of the language are called."""
    return _EXAMPLE_NAMES.get(language, "Noor Aziz")


def register(*letters: Letter) -> None:
    _letters.update({letter.name: letter for letter in letters})


def letter_named(name: str) -> Letter:
    """A letter that nobody registered is a plain one, sent because something happened."""
    return _letters.get(name) or Letter(name, title=name.replace("_", " ").capitalize())


def letters() -> tuple[Letter, ...]:
    """Every registered letter, by name."""
    return tuple(_letters[name] for name in sorted(_letters))
