import threading
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command

from glocal.platform.markets import facade as markets
from glocal.platform.markets.adapters import ecb
from glocal.platform.markets.models import FxRate

HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
  xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube>"""
TAIL = b"</Cube></gesmes:Envelope>"
DAYS = b"""<Cube time='2026-06-02'><Cube currency='USD' rate='1.1515'/><Cube currency='THB' rate='37.905'/></Cube>
<Cube time='2026-06-01'><Cube currency='USD' rate='1.1490'/><Cube currency='XQX' rate='3'/></Cube>"""
DOCUMENT = HEAD + DAYS + TAIL
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Cube time="2026-06-01"><Cube currency="USD" rate="&b;"/></Cube>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><Cube time="2026-06-01"/>"""


@pytest.fixture
def publisher():
    """A publisher on loopback; ``answers`` maps a path to status and body."""
    answers = {"/daily.xml": (200, DOCUMENT)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers.get(self.path, (404, b"no"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.answers = answers
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_the_document_is_read_alike_in_pieces_of_any_size(size):
    pieces = (DOCUMENT[start : start + size] for start in range(0, len(DOCUMENT), size))
    assert [(row.base, row.quote, row.on, row.rate, row.source) for row in ecb.read(pieces)] == [
        ("EUR", "USD", date(2026, 6, 2), Decimal("1.1515"), "ECB"),
        ("EUR", "THB", date(2026, 6, 2), Decimal("37.905"), "ECB"),
        ("EUR", "USD", date(2026, 6, 1), Decimal("1.1490"), "ECB"),
        ("EUR", "XQX", date(2026, 6, 1), Decimal(3), "ECB"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html>Sorry</html>",
        b"not xml",
        DOCUMENT[:-20],
        HEAD + TAIL,
        HEAD + b"<Cube time='yesterday'/>" + TAIL,
        HEAD + b"<Cube time='2026-06-01'><Cube currency='USD' rate='N/A'/></Cube>" + TAIL,
        HEAD + b"<Cube time='2026-06-01'><Cube currency='USD'/></Cube>" + TAIL,
        BOMB,
        OUTSIDE,
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(document):
    with pytest.raises(markets.FeedUnreadable) as refused:
        list(ecb.read(iter([document])))
    assert refused.value.details["reason"]


def test_a_feed_without_end_is_cut():
    endless = (b"<Cube>" if number == 0 else b" " * 2**20 for number in range(10**6))
    with pytest.raises(markets.FeedUnreadable):
        list(ecb.read(endless))


@pytest.mark.django_db
def test_fetched_rates_are_stored_once_and_a_currency_nobody_knows_is_left_out(publisher):
    for _ in range(2):
        assert markets.fetch_rates(f"{publisher.url}/daily.xml") == 3
    assert FxRate.objects.count() == 3
    assert markets.rate("USD", "THB", date(2026, 6, 2)).source == "ECB via EUR"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "answer"), [("/gone.xml", None), ("/broken.xml", (200, b"<a>")), ("/500", (500, b""))]
)
def test_a_publisher_that_fails_is_an_outage_and_changes_nothing(publisher, path, answer):
    if answer:
        publisher.answers[path] = answer
    with pytest.raises(markets.FeedUnreadable):
        markets.fetch_rates(publisher.url + path)
    assert not FxRate.objects.exists()


@pytest.mark.django_db
def test_nobody_listening_is_an_outage(publisher):
    publisher.shutdown()
    publisher.server_close()
    with pytest.raises(markets.FeedUnreadable):
        markets.fetch_rates(f"{publisher.url}/daily.xml")


@pytest.mark.django_db
def test_the_command_fetches_and_says_how_many(publisher, capsys, settings):
    call_command("fetch_fx", url=f"{publisher.url}/daily.xml")
    assert capsys.readouterr().out == "3 exchange rates stored.\n"
    with pytest.raises(CommandError, match="no usable answer: status 404"):
        call_command("fetch_fx", url=f"{publisher.url}/gone.xml")
    with pytest.raises(CommandError, match="GLOCAL_FX_FEED_URL"):
        call_command("fetch_fx", url="")
