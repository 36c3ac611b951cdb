"""Text messages as files in the installation's folder, where mail goes too: nothing leaves the machine."""

from pathlib import Path

from django.conf import settings

from glocal.platform.kernel import clock


class SmsFile:
    """One line a message in ``GLOCAL_HOME/sms/{phone}.txt``, the newest last; only the owner may read it."""

    def send(self, phone: str, text: str) -> None:
        folder = Path(settings.HOME) / "sms"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / f"{phone.lstrip('+')}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{clock.now().isoformat(timespec='seconds')} {text}\n")
