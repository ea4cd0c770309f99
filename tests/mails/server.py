"""A mail server for tests: it speaks SMTP on a free port, and accepts, refuses or hangs as a test tells it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

ACCEPT = "250 OK"


class MailServer(socketserver.ThreadingTCPServer):
    """`mails` are those that it took. `replies` tells what it answers to a command, by its first word."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusals: dict[str, str] = {}
        """The reply to RCPT by address; "*" is every address."""
        self.hangs_at = ""
        """The recipient to whom it never replies."""
        self.reply_to_data = ACCEPT
        self.reply_to_sender = ACCEPT
        self.hangs = threading.Event()
        self.holds_data: threading.Event | None = None
        """Until when the server answers nothing to a mail; None: it answers at once."""
        self.is_held = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        if self.server.hangs.is_set():
            self.rfile.readline()  # says nothing until the client goes away
            return
        self.say("220 test")
        to = ""
        while line := self.rfile.readline():
            command = line.decode().strip()
            match command[:4].upper():
                case "EHLO" | "HELO":
                    self.wfile.write(b"250-test\r\n250 8BITMIME\r\n")
                case "MAIL":
                    self.say(self.server.reply_to_sender)
                case "RCPT":
                    to = command[command.index("<") + 1 : command.index(">")]
                    if to == self.server.hangs_at:
                        continue
                    refusals = self.server.refusals
                    self.say(refusals.get(to) or refusals.get("*") or ACCEPT)
                case "DATA":
                    self.take_data(to)
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say(ACCEPT)

    def take_data(self, to: str) -> None:
        if (held := self.server.holds_data) is not None:
            self.server.is_held.set()
            held.wait()
            return
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.server.reply_to_data == ACCEPT:
            self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
            self.server.recipients.append(to)
        self.say(self.server.reply_to_data)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def body(mail: EmailMessage, kind: str) -> str:
    """The part of a mail as text: "plain" or "html"."""
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content()
