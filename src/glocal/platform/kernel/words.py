"""Words of any language as they are compared: what people type and what products are called meet in this form.

Lower case, compatible forms made one (NFKC), invisible characters gone, accents folded except in scripts where marks
are letters. Writing without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) becomes overlapping pairs of characters.
"""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

LONGEST_WORD = 60
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_HAN, _KANA = re.compile("[\u3400-\u9fff]"), re.compile("[\u3040-\u30ff]")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# What people type plain though Unicode does not decompose it; tatweel; Arabic letters that are written one for the
# other at a word's end; Thai tone marks, which are the most usual slip of a Thai keyboard.
_PLAIN_LETTERS = str.maketrans(
    {"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ـ": "", "ى": "ي", "ة": "ه"}
    | {chr(point): "" for point in range(0x0E47, 0x0E4D)}
)


class _TokenCharacters(dict[int, int | str | None]):
    """For ``str.translate``: letters, digits and marks stay, invisible characters vanish, the rest becomes a space."""

    def __missing__(self, point: int) -> int | str | None:
        category = unicodedata.category(chr(point))
        kept: int | str | None = point if category[0] in "LNM" else None if category == "Cf" else " "
        self[point] = kept
        return kept


_TOKEN_CHARACTERS = _TokenCharacters()


@cache
def _chinese() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional Chinese in simplified characters (OpenCC's dictionaries: 頭髮 is 头发); other text as it is."""
    return _chinese().convert(text) if _HAN.search(text) and not _KANA.search(text) else text


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case, accents kept; whatever is no letter, digit or mark parts them."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_TOKEN_CHARACTERS).split()


def folded(word: str) -> str:
    """Without accents (``sữa`` as ``sua``), except in scripts where marks are part of the word."""
    if word.isascii():
        return word
    kept = (
        letter
        for letter in unicodedata.normalize("NFKD", word)
        if unicodedata.category(letter) != "Mn" or _IS_UNSPACED.match(letter)
    )
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN_LETTERS)


def normal(text: str) -> str:
    """The text as its folded words with single spaces: equal for texts that a search takes for the same."""
    return " ".join(filter(None, map(folded, words(text))))


def runs(word: str) -> list[str]:
    """The parts of a folded word that are written with spaces between words, and those that are not."""
    return _RUNS.findall(word)


def is_unspaced(run: str) -> bool:
    return _IS_UNSPACED.match(run) is not None


def lexemes(text: str) -> list[str]:
    """Words and pairs of characters, in order."""
    found: list[str] = []
    for word in words(text):
        for run in runs(folded(word)[: 50 * LONGEST_WORD]):
            if is_unspaced(run):
                # The last character also stands alone, so that every character begins a lexeme.
                found += [run[at : at + 2] for at in range(len(run))]
            else:
                found.append(run[:LONGEST_WORD])
    return found
