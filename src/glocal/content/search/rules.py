"""How near words are: pure, no database."""

from collections.abc import Iterable

from glocal.platform.kernel.words import is_unspaced

SHORTEST, LONGEST = 3, 30
_SHORT = 6


def is_word(word: str) -> bool:
    """Whether typing errors in it can be mended: written with spaces, no article number, neither tiny nor endless."""
    return SHORTEST <= len(word) <= LONGEST and not any(map(str.isdigit, word)) and not any(map(is_unspaced, word))


def keys_of(word: str) -> list[str]:
    """Trigrams of the word with its ends (`` mug `` gives `` mu``, ``mug``, ``ug ``), which near words share.

    Short words share few of them, so they also have each form with one letter left out, and all have their letters in
    order, by which swapped letters are found.
    """
    ended = f" {word} "
    keys = {ended[at : at + 3] for at in range(len(ended) - 2)} | {f"={''.join(sorted(word))}"}
    if len(word) <= _SHORT:
        keys |= {f"-{word[:at]}{word[at + 1 :]}" for at in range(len(word))} | {f"-{word}"}
    return sorted(keys)


def allowed(word: str) -> int:
    """How many typing errors are forgiven."""
    return 1 if len(word) < _SHORT else 2


def distance(one: str, other: str, limit: int) -> int:
    """Letters to insert, leave out, change or swap with their neighbour (optimal string alignment); capped."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for there, wanted in enumerate(other, 1):
            cost = min(before[there] + 1, row[there - 1] + 1, before[there - 1] + (letter != wanted))
            if at > 1 and there > 1 and letter == other[there - 2] and one[at - 2] == wanted:
                cost = min(cost, last[there - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def best(typed: str, known: Iterable[tuple[str, int]], most: int = 3) -> list[str]:
    """The words nearest to ``typed`` among (word, uses), by errors, then the same first letter, then use."""
    limit = allowed(typed)
    near = [(distance(typed, word, limit), word[0] != typed[0], -uses, word) for word, uses in known]
    near = sorted(candidate for candidate in near if 0 < candidate[0] <= limit)
    return [word for errors, _, _, word in near if errors == near[0][0]][:most]
