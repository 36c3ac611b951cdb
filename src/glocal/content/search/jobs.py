from glocal.content.search import learning, logbook
from glocal.platform.jobs import periodic


@periodic("search.roll_up", cron="*/5 * * * *")
def roll_up() -> None:
    """Every five minutes what was asked goes into the sums of its days."""
    while logbook.roll_up() > 0:
        pass


@periodic("search.rebuild_words", cron="40 3 * * *")
def rebuild_words() -> None:
    """At night all words are counted anew, and old sums go."""
    learning.rebuild()
    logbook.forget_old()
