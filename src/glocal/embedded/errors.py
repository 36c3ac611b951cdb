"""What stops the product from starting, said to the person at the terminal."""


class StartError(Exception):
    """The text names what is wrong and what to do about it."""
