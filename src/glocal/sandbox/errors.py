"""How the sandbox says no, over HTTP and in JSON."""


class Refused(Exception):
    """An answer other than success: HTTP ``status``, a stable ``code``, a sentence, and the ``field`` at fault."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field = status, code, message, field

    def body(self) -> dict[str, object]:
        return {"error": {"code": self.code, "message": self.message, "field": self.field}}


def not_found(what: str) -> Refused:
    return Refused(404, "not_found", f"There is no such {what}.")
