"""One conversation with a mail server for a batch of letters, and a new one when it broke off."""

import socketserver
import threading
from datetime import timedelta

import pytest

from glocal.platform.kernel import clock
from glocal.platform.mail.facade import Message, queue
from glocal.platform.mail.jobs import send_again, send_batch
from glocal.platform.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


class Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs; refuses some people, and hangs up on others in the middle."""

    def handle(self):
        self.server.conversations += 1
        self.say(b"220 mail.example")
        to, carried = b"", 0
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"MAIL" and carried == self.server.most:
                self.say(b"421 enough for one conversation")
                return
            if word == b"RCPT":
                to = line.partition(b"<")[2].partition(b">")[0]
                self.say(b"550 nobody here" if to.startswith(b"refused") else b"250 ok")
            elif word == b"DATA":
                if to.startswith(b"broken"):
                    return
                self.say(b"354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                carried += 1
                self.server.taken.append(to.decode().partition("@")[0])
                self.say(b"250 taken")
            elif word == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 ok")

    def say(self, text):
        self.wfile.write(text + b"\r\n")


@pytest.fixture
def server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads, server.conversations, server.taken, server.most = True, 0, [], 99
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()


def promise(*names):
    context = {"number": "G7K3-92QF", "name": "Ada", "total": "$5", "link": "http://localhost/", "refunded": ""}
    for minutes, name in enumerate(names):
        with clock.shifted(timedelta(minutes=minutes - 60)):
            queue([Message(f"{name}@example.com", "order_cancelled", "en", "US", context)])


def states():
    return {mail.to.partition("@")[0]: mail.state for mail in OutgoingMail.objects.all()}


def test_a_batch_of_letters_is_one_conversation(server):
    promise("ada", "bo", "cy")
    assert send_batch() == 3
    assert server.taken == ["ada", "bo", "cy"]
    assert server.conversations == 1


@pytest.mark.parametrize(("name", "state"), [("refused", "refused"), ("broken", "queued")])
def test_one_that_fails_keeps_none_of_the_others_back(server, name, state):
    promise("ada", name, "cy")
    assert send_batch() == 3
    assert server.taken == ["ada", "cy"]
    assert states() == {"ada": "sent", name: state, "cy": "sent"}


def test_a_letter_that_a_server_refuses_for_good_is_not_tried_again_and_says_why(server):
    promise("refused")
    send_batch()
    with clock.shifted(timedelta(days=1)):
        assert send_batch() == 0
    (letter,) = OutgoingMail.objects.all()
    assert letter.error == "550 nobody here"
    assert send_again([letter.pk]) == 1


def test_a_server_that_takes_one_letter_a_conversation_gets_them_all_at_once(server):
    server.most = 1
    promise("ada", "bo", "cy")
    send_batch()
    assert server.taken == ["ada", "bo", "cy"]
    assert set(states().values()) == {"sent"}


def test_no_letter_is_lost_while_no_server_answers(server, settings):
    settings.EMAIL_PORT = 1
    promise("ada", "bo")
    assert send_batch() == 2
    assert states() == {"ada": "queued", "bo": "queued"}
    settings.EMAIL_PORT = server.server_address[1]
    with clock.shifted(timedelta(hours=1)):
        send_batch()
    assert server.taken == ["ada", "bo"]
