#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How Python's email package reads mail: a judge as judge.h has it.

  python_judge.py [--seconds N] [--megabytes N]                              answers the mails of its input
  python_judge.py headers|whole --time SECONDS | headers|whole --rounds N    measures

Fields are those of policy.default, the newer of its two parsers.
"""
import email.parser
import email.policy
import email.utils
import functools
import hashlib
import json
import resource
import signal
import struct
import sys
import time
import warnings

NO_FILES = {"text/plain", "text/html", "message/delivery-status", "message/disposition-notification",
            "text/rfc822-headers", "message/feedback-report"}


def normal(data):
    return data.replace(b"\r\n", b"\n").rstrip(b"\r\n \t")


def digests(data):
    if data is None:
        return {"size": -1, "sha256": None, "normal": None}
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
            "normal": hashlib.sha256(normal(data)).hexdigest()}


def clean(text):
    """As other judges give it: no lone surrogates, which stand for bytes that are not ASCII."""
    return None if text is None else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Reading:
    def __init__(self, message):
        self.message = message
        self.errors = []

    def guard(self, act, otherwise):
        """Several of its parsers raise on broken mail: that field is then not read."""
        try:
            return act()
        except Exception as error:  # pylint: disable=broad-except
            self.errors.append("exception: %s" % type(error).__name__)
            return otherwise

    def addresses(self, name):
        def read():
            found = []
            for value in self.message.get_all(name, []):
                for address in value.addresses:
                    found.append(clean(address.username + "@" + address.domain if address.domain
                                       else address.username))
            return found
        return self.guard(read, [])

    def ids(self, name):
        def read():
            value = " ".join(str(v) for v in self.message.get_all(name, []))
            return [clean("".join(piece.split(">", 1)[0].split())) for piece in value.split("<")[1:] if ">" in piece]
        return self.guard(read, [])

    def message_id(self):
        ids = self.ids("Message-ID")
        if ids:
            return ids[0]
        value = self.guard(lambda: str(self.message.get("Message-ID", "")).strip(), "")
        return clean(value) if value and not any(c.isspace() for c in value) else None

    def date(self):
        def read():
            value = self.message.get("Date")
            parsed = email.utils.parsedate_tz(str(value)) if value is not None else None
            return None if parsed is None else int(email.utils.mktime_tz(parsed))
        return self.guard(read, None)

    def headers(self):
        subject = self.guard(lambda: self.message.get("Subject"), None)
        return {"message_id": self.message_id(), "in_reply_to": self.ids("In-Reply-To"),
                "references": self.ids("References"), "from": self.addresses("From"),
                "sender": self.addresses("Sender"), "reply_to": self.addresses("Reply-To"),
                "to": self.addresses("To"), "cc": self.addresses("Cc"),
                "subject": None if subject is None else clean(str(subject)), "date": self.date()}

    def whole(self):
        answer = self.headers()
        files, parts, texts = [], [], []

        def walk(part, whole, inside):
            kind = self.guard(part.get_content_type, "text/plain")
            if part.is_multipart() and not kind.startswith("message/"):
                for sub in part.get_payload():
                    walk(sub, False, inside)
                return
            name = self.guard(part.get_filename, None)
            disposition = self.guard(part.get_content_disposition, None)
            own = whole and kind.startswith(("text/", "multipart/"))
            file = disposition == "attachment" or name is not None or (not own and kind not in NO_FILES)
            if kind.startswith("message/") and part.is_multipart():
                if file and not inside:
                    files.append(dict(filename=clean(name), type=kind, **digests(None)))
                for sub in part.get_payload():
                    walk(sub, False, True)
                return
            data = self.guard(lambda: part.get_payload(decode=True), None)
            data = b"" if data is None else data
            if file and not inside:
                files.append(dict(filename=clean(name), type=kind,
                                  **digests(None if kind.startswith("message/") else data)))
            if not inside and not file and kind == "text/plain" and not texts:
                texts.append(hashlib.sha256(normal(data)).hexdigest())
            parts.append(dict(type=kind, **digests(data)))

        self.guard(lambda: walk(self.message, True, False), None)
        answer.update(attachments=files, parts=parts, text_sha256=texts[0] if texts else None,
                      defects=self.errors, ambiguous=False)
        return answer


class Remembering(email.policy.EmailPolicy):
    """policy.default, which reads a field anew each time that it is asked for: here once for a name and a value, since changed
    mails are alike. Its values cannot be changed, and what raises is not kept. Nothing to measure by."""

    @staticmethod
    @functools.lru_cache(1 << 15)
    def parsed(name, value):
        return email.policy.default.header_fetch_parse(name, value)

    def header_fetch_parse(self, name, value):
        return self.parsed(name, value)


PARSER = email.parser.BytesParser(policy=email.policy.default)
ANSWERING = email.parser.BytesParser(policy=Remembering())


def read(mail, headers_only=False, parser=PARSER):
    if headers_only:
        return Reading(parser.parsebytes(mail, headersonly=True)).headers()
    return Reading(parser.parsebytes(mail)).whole()


def mails():
    source = sys.stdin.buffer
    while True:
        head = source.read(4)
        if len(head) < 4:
            return
        yield source.read(struct.unpack("<I", head)[0])


def measure(headers_only, option, amount):
    data = list(mails())

    def again():
        for mail in data:
            read(mail, headers_only)

    if option == "--rounds":
        for _ in range(int(amount)):
            again()
        return
    again()
    rounds, spent, begin = 0, 0.0, time.process_time()
    while spent < float(amount):
        again()
        rounds, spent = rounds + 1, time.process_time() - begin
    print(rounds * len(data), rounds * sum(map(len, data)), "%.6f" % spent)


def main(words):
    warnings.simplefilter("ignore")
    if words[:1] in (["headers"], ["whole"]):
        return measure(words[0] == "headers", words[1], words[2])
    options = dict(zip(words[0::2], map(int, words[1::2])))
    megabytes = options.get("--megabytes", 2048)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for mail in mails():
        signal.setitimer(signal.ITIMER_PROF, options.get("--seconds", 10))  # its signal ends the process
        try:
            answer = read(mail, parser=ANSWERING)
        except Exception as error:  # pylint: disable=broad-except
            answer = {"error": type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
