"""A person's address book."""

from uuid import UUID

from glocal.platform.accounts.errors import AddressBookFull, AddressNotFound, PersonNotFound
from glocal.platform.accounts.models import BookedAddress, Person
from glocal.platform.accounts.types import SavedAddress
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.markets.facade import Address

BOOK_LIMIT = 30


@transactional
def save_address(
    *, person_id: UUID, address: Address, make_default: bool = False, address_id: UUID | None = None
) -> SavedAddress:
    """Put an address (already checked by ``markets.check_address``) into the book, or in place of ``address_id``.

    The same address again is the same entry; the first one is the default. Raises PersonNotFound, AddressNotFound
    or AddressBookFull.
    """
    book = _locked_book(person_id)
    entry = _entry_for(book, address, person_id, address_id)
    has_default = any(other.is_default for other in book if other.pk != entry.pk)
    if make_default and has_default:
        BookedAddress.objects.filter(person_id=person_id, is_default=True).exclude(pk=entry.pk).update(is_default=False)
    entry.address = address.as_dict()
    entry.is_default = make_default or entry.is_default or not has_default
    entry.save()
    return SavedAddress(entry.pk, address, entry.is_default)


def _locked_book(person_id: UUID) -> list[BookedAddress]:
    """The person's row is the lock: two changes of one book come one after the other."""
    if not Person.objects.select_for_update(no_key=True).filter(pk=person_id).exists():
        raise PersonNotFound(person_id=person_id)
    return list(BookedAddress.objects.filter(person_id=person_id).order_by("created_at", "pk"))


def _entry_for(book: list[BookedAddress], address: Address, person_id: UUID, address_id: UUID | None) -> BookedAddress:
    if address_id is not None:
        entry = next((entry for entry in book if entry.pk == address_id), None)
        if entry is None:
            raise AddressNotFound(address_id=address_id)
        return entry
    same = next((entry for entry in book if entry.address == address.as_dict()), None)
    if same is None and len(book) >= BOOK_LIMIT:
        raise AddressBookFull(limit=BOOK_LIMIT)
    return same or BookedAddress(person_id=person_id, created_at=clock.now())


@transactional
def remove_address(*, person_id: UUID, address_id: UUID) -> None:
    """Take an address out of the book; the newest one left becomes the default if this was it.

    Raises PersonNotFound or AddressNotFound.
    """
    book = _locked_book(person_id)
    entry = next((entry for entry in book if entry.pk == address_id), None)
    if entry is None:
        raise AddressNotFound(address_id=address_id)
    left = [other for other in book if other.pk != address_id]
    entry.delete()
    if entry.is_default and left:
        left[-1].is_default = True
        left[-1].save(update_fields=["is_default"])
