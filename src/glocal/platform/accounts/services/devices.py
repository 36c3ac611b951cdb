"""Where somebody is signed in: browsers, known again by a cookie, each with its session."""

import hashlib
import re
import secrets
from uuid import UUID

from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop

from glocal.platform.accounts.models import Device, Person
from glocal.platform.accounts.services.warning import warn
from glocal.platform.accounts.types import DeviceInfo
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.privacy import facade as privacy

DEVICE = privacy.cookie(
    "device", gettext_noop("Knows this browser again, so that we tell you of sign-ins from others."), privacy.YEAR
)
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome")),
    *(("SamsungBrowser", "Samsung Internet"), ("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)
_MARK = re.compile(r"[\w-]{43}\Z", re.ASCII)


def place_of(request: HttpRequest) -> str:
    """The IP address a request came from."""
    return str(request.META.get("REMOTE_ADDR") or "")[:45]


def device_name(agent: str) -> str:
    """A browser as people call it, by its User-Agent header: "Firefox, Android"; empty when it says nothing."""
    found = (next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))


@transactional
def note_device(request: HttpRequest, person: Person) -> None:
    """Remember the browser of a sign-in. A new one, unless it is the first, is mailed to the person.

    ``keep_device`` puts its cookie on the answer.
    """
    mark = request.COOKIES.get(DEVICE.name, "")
    if not _MARK.match(mark):
        mark = secrets.token_urlsafe(32)
    request.device_mark = mark  # type: ignore[attr-defined]
    now, agent = clock.now(), request.headers.get("User-Agent", "")[:300]
    seen = {"session_key": request.session.session_key or "", "agent": agent, "place": place_of(request)}
    others = Device.objects.filter(person=person).exists()
    _, is_new = Device.objects.update_or_create(
        person=person, mark=_hash(mark), defaults={**seen, "last_seen_at": now}, create_defaults=seen
    )
    if is_new and others:
        warn(person, "new_device", device=device_name(agent))


def _hash(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()


def keep_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie that a browser which has just signed in is known by."""
    mark = getattr(request, "device_mark", "")
    if mark and request.COOKIES.get(DEVICE.name) != mark:
        DEVICE.keep(request, response, mark)


def devices_of(person_id: UUID, session_key: str | None) -> tuple[DeviceInfo, ...]:
    """Browsers with a living session, this one first, then the last used. Two statements."""
    rows = list(Device.objects.filter(person_id=person_id).exclude(session_key="").order_by("-last_seen_at"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    found = [
        DeviceInfo(row.pk, device_name(row.agent), row.place, row.last_seen_at, row.session_key == session_key)
        for row in rows
        if row.session_key in alive
    ]
    return tuple(sorted(found, key=lambda device: not device.is_this))


@transactional
def sign_out_device(*, person_id: UUID, device_id: UUID | None, but_session: str | None = None) -> int:
    """End the session of one browser, or (None) of all but ``but_session``; audited. Returns how many were ended."""
    rows = Device.objects.select_for_update().filter(person_id=person_id).exclude(session_key="")
    rows = rows.filter(pk=device_id) if device_id else rows.exclude(session_key=but_session or "")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.update(session_key="")
    for _key in keys:
        audit.record(actor_id=person_id, action="accounts.end_session", object_type="person", object_id=person_id)
    return len(keys)
