# SPDX-License-Identifier: Apache-2.0
"""Why readings of one mail differ: a table of rules, each a predicate over the mail and what was read."""
import calendar
import functools
import re

import grammar

ADDRESSES = {"from": b"From", "sender": b"Sender", "reply_to": b"Reply-To", "to": b"To", "cc": b"Cc"}
IDS = {"message_id": b"Message-ID", "in_reply_to": b"In-Reply-To", "references": b"References"}
FIELDS = list(ADDRESSES) + list(IDS) + ["subject", "date", "attachments", "text_sha256"]
HEADERS = {**ADDRESSES, **IDS, "subject": b"Subject", "date": b"Date"}


MIME_FIELD = re.compile(rb"^Content-(Type|Disposition|Transfer-Encoding)[ \t]*:((?:.*)(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)


@functools.lru_cache(1 << 15)
def plain_address(text):
    """Without the quotes of the local part, the domain in lower case and without its final dot."""
    local, at, domain = text.rpartition("@")
    if not at:
        local, domain = text, ""
    local = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda m: re.sub(r"\\(.)", r"\1", m.group(1)), local)
    return local + at + domain.lower().rstrip(".")


class Case:
    """One mail and its readings, each field in the form in which it is compared."""

    def __init__(self, mail, readings):
        self.mail, self.readings = mail, readings
        self.header = grammar.Header(mail)
        self.memory = {}

    def value(self, judge, field):
        key = (judge, field)
        if key not in self.memory:
            self.memory[key] = self.read(self.readings[judge], field)
        return self.memory[key]

    @staticmethod
    def read(reading, field):
        if reading is None or field not in reading:
            return None
        value = reading[field]
        if field in ADDRESSES:
            return [plain_address(address) for address in value]
        if field == "subject":
            return grammar.blanks(value) if value is not None else None
        if field in IDS:
            ids = ["".join(i.split()) for i in ([value] if isinstance(value, str) else value or [])]
            return [i for i in ids if i]
        if field == "attachments":
            return [[grammar.blanks(f["filename"]) if f["filename"] is not None else None, f["type"], f["normal"]]
                    for f in value]
        return value

    def raw(self, field):
        """The values of a header field as they stand."""
        return self.header.values(HEADERS[field].lower().decode()) if field in HEADERS else []

    def truth(self, field):
        """What the grammar says; None where nobody can be right."""
        key = ("truth", field)
        if key not in self.memory:
            values = self.raw(field)
            reader = (grammar.addresses if field in ADDRESSES else grammar.ids if field in IDS else
                      getattr(grammar, field, None))
            truth = None
            if reader and len(values) == 1 and self.header.clean and not self.before():
                truth = reader(values[0])
                if field == "message_id" and truth is not None and len(truth) > 1:
                    truth = None
            self.memory[key] = truth
        return self.memory[key]

    def mime_fields(self):
        """[(name, whether it is of the grammar)] of all that looks like a MIME field, wherever it stands."""
        if "mime" not in self.memory:
            self.memory["mime"] = [
                (m.group(1).lower().decode(), grammar.mime_field(m.group(2).strip(b" \t\r\n"), m.group(1).lower() == b"type"))
                for m in MIME_FIELD.finditer(self.mail)]
        return self.memory["mime"]

    def before(self):
        """What stands in front of the header block, and belongs to no field."""
        return not re.match(rb"(?:>?From (?![ \t]*:).*\n)?[!-9;-~]+:", self.mail)

    def defects(self, field):
        """Names of our defects in the fields of this name, and of those of the whole block."""
        name = HEADERS[field].lower().decode() if field in HEADERS else None
        found = set()
        for defect, offset in self.readings["scan"]["defects"]:
            of_field = self.header.field_at(offset) == name if name else defect in MIME_DEFECTS
            if of_field or defect in BLOCK_DEFECTS:
                found.add(defect)
        if name is None and self.readings["scan"]["ambiguous"]:
            found.add("ambiguous")
        return found

    def state(self, field):
        """How the field stands to the grammar, as a word for reports."""
        if self.truth(field) is not None:
            return "of the grammar"
        return "flagged" if self.defects(field) else "silent"

    def author(self, judge):
        reading = self.readings[judge]
        addresses = self.value(judge, "from") or []
        if reading is None or len(addresses) != 1:
            return None
        if judge == "scan" and any(d == "from_ambiguous" for d, _ in reading["defects"]):
            return None
        return addresses[0]

    def explained_author(self):
        """One From field stands in the mail, and is of the grammar by itself, but for a dot behind the domain: what is broken is
        around it."""
        values = self.raw("from")
        theirs = {self.author(j) for j in ("gmime", "vmime", "python")} - {None, ""}
        if theirs <= {self.author("scan")} and re.search(rb"\.(?:\s|\([^()]*\))*[.@]", b"".join(values)):
            return True  # dots as telephones write them: who reads any address there reads this
        if any(re.search(rb'"[^"]*\n[^"]*"', v) for v in values):
            # RFC 5322, 3.2.4: a fold in a quoted string is its blanks; VMime drops them, GMime keeps the line end, too.
            if {"".join(a.split()) for a in theirs} == {"".join((self.author("scan") or "").split())}:
                return True
        wanted = self.value("scan", "from")
        if len(values) == 1 and re.fullmatch(rb"\s*([^\s<>\"]+@[^\s<>\"]+)\s*<\1>\s*", values[0]):
            return True  # the phrase is the address itself, as many programs write: one reading, whatever becomes of the phrase
        # RFC 5322, 4.2: a fold may be of blanks alone. Others may end the header there, but read no other author.
        plain = [re.sub(rb"\r?\n(?=[ \t]+\r?\n)", b"", v) for v in values]
        plain = [without_comments(v).strip() for v in plain]
        plain = [re.sub(rb"\.(?=(?:\s|\([^()]*\))*>?(?:\s|\([^()]*\))*$)", b"", v) for v in plain]
        # RFC 2047, 5 (3): an encoded word is one word of a phrase, whatever stands in it.
        plain = [re.sub(rb"=\?[^?\s]*\?[bBqQ]\?[^?\s]*\?=(?=[^>]*<)", b"x", v) for v in plain]
        ascii_only = [v.decode("utf-8", "replace").replace("\ufffd", "x").encode() for v in plain]  # of a display name: no doubt
        return len(values) == 1 and wanted in (grammar.addresses(plain[0]), grammar.addresses(ascii_only[0]))


BLOCK_DEFECTS = {"header_line", "nul", "bare_cr", "bare_lf", "no_header_end", "space_before_colon", "limit_header_bytes",
                 "limit_header_lines", "header_8bit"}


MIME_DEFECTS = {"boundary_missing", "boundary_open", "transfer_encoding", "charset", "duplicate_field", "limit_depth",
                "limit_parts", "content_type"}


class Rule:
    """A kind of disagreement. `right` is who is: "scan", "grammar" (that is us), a judge, or "nobody". `when` is over (case, field, judge).
    `fixture` is a mail in which nothing but the rule explains a difference."""

    def __init__(self, name, judges, fields, when, right, why, fixture, unanimous=False):
        self.name = name
        self.judges = (judges,) if isinstance(judges, str) else judges
        self.fields = tuple(fields)
        self.when, self.right, self.why, self.fixture, self.unanimous = when, right, why, fixture, unanimous


EVERY = ("gmime", "vmime", "python")
MIME = ("attachments", "text_sha256", "parts")


def value_has(pattern):
    """Of the grammar, and some value of the field matches."""
    found = re.compile(pattern, re.DOTALL)
    return lambda case, field, judge: case.truth(field) is not None and any(found.search(v) for v in case.raw(field))


def broken_has(pattern):
    """Not of the grammar, and some value matches."""
    found = re.compile(pattern, re.DOTALL)
    return lambda case, field, judge: case.truth(field) is None and any(found.search(v) for v in case.raw(field))


def flagged(case, field, judge):
    """Broken dates and ids that we read have rules of their own, which hold our reading to what docs/scan-differences.md says."""
    own = {"date", "message_id_syntax"} if case.value("scan", field) else set()
    return case.truth(field) is None and bool(case.defects(field) - own)


def raw_has(pattern):
    """Some value of the field matches, whether it is of the grammar or not."""
    found = re.compile(pattern)
    return lambda case, field, judge: any(found.search(v) for v in case.raw(field))


def broken_ids(case, field, judge):
    """No id list of RFC 5322; ours is what stands in <>, or what looks like an id where there is no <."""
    if case.truth(field) is not None:
        return False
    wanted = []
    for value in case.raw(field):
        text = value.decode("utf-8", "replace")
        found = grammar.tolerant_ids(text)
        if field == "message_id" and not found:
            found = [text.lstrip("< \t\r\n").rstrip("> \t\r\n")]
            found = [] if re.search(r"[ \t\r\n]", found[0]) else ["".join(found[0].split())]  # as Case.read has it
        elif "<" not in text:
            found = [w for w in re.split(r"[ \t\r\n,;]+", text) if "@" in w and not re.search("[\"'()>]", w)]
        wanted += [f for f in found if f]
    return case.value("scan", field) == (wanted[:1] if field == "message_id" else wanted)


def broken_mime(case, field, judge):
    """Some MIME field of the mail or of a part is not of the grammar."""
    return any(not ok for _, ok in case.mime_fields())


def comment_in_mime(case, field, judge):
    return any(b"(" in m.group(2) for m in MIME_FIELD.finditer(case.mail))


def date_has(pattern, truth=None):
    found = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda case, field, judge: ((truth is None or (case.truth(field) is not None) == truth) and
                                       any(found.search(v) for v in case.raw(field)))


def broken_date(case, field, judge):
    """No date of RFC 5322, but the words are there; ours is no more than a zone away from them."""
    text, ours = without_comments(b" ".join(case.raw(field))), case.value("scan", field)
    found = re.search(rb"(?i)([0-9]{1,2})[^0-9a-z]*(%s)[a-z]*[^0-9a-z]*([0-9]{4}|[0-9]{2})" % "|".join(grammar.MONTHS).encode(), text)
    iso = re.search(rb"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if iso and ours is not None and case.truth(field) is None:
        day = calendar.timegm((int(iso.group(1)), int(iso.group(2)), int(iso.group(3)), 0, 0, 0))
        return -101 * 3600 <= ours - day <= 126 * 3600
    if case.truth(field) is not None or not found or ours is None:
        return False
    year = int(found.group(3))
    year += 0 if len(found.group(3)) == 4 else 2000 if year < 50 else 1900
    day = calendar.timegm((year, [m.lower().encode() for m in grammar.MONTHS].index(found.group(2).lower()) + 1,
                           int(found.group(1)), 0, 0, 0))
    return -101 * 3600 <= ours - day <= 126 * 3600


def mail_has(pattern):
    found = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda case, field, judge: bool(found.search(case.mail))


def empty_multipart(case, field, judge):
    return (any(f["type"].startswith("multipart/") for f in case.readings["scan"]["attachments"] + case.readings["scan"]["parts"]) and
            "boundary_missing" in case.defects(field))


def boundary_in_front(case, field, judge):
    """A line begins with a delimiter, and is none itself."""
    for boundary in re.findall(rb"(?i)boundary\s*=\s*\"?([^\"\r\n;]+)", case.mail):
        if re.search(rb"(?m)^--" + re.escape(boundary.strip()) + rb"(?!(?:--)?[ \t]*\r*$)", case.mail):
            return True
    return False


def blank_in_boundary(case, field, judge):
    """A line is a delimiter but for blanks behind its hyphens."""
    for boundary in re.findall(rb"(?i)boundary\s*=\s*\"?([^\"\r\n;]+)", case.mail):
        if re.search(rb"(?m)^--[ \t]+" + re.escape(boundary.strip()), case.mail):
            return True
    return False


def one_boundary(case, field, judge):
    found = [b.strip() for b in re.findall(rb"(?i)boundary=\"?([^\"\r\n;]+)", case.mail)]
    return len(set(found)) < len(found)


def two_boundaries(case, field, judge):
    return bool(re.search(rb"(?m)^(--[^\r\n]+?)(?:--)?[ \t]*\r?\n\1", case.mail))


def shows_more(case, field, judge):
    """All that the judge reads, and more, or more often; flagged."""
    ours, theirs = case.value("scan", field), case.value(judge, field)
    return flagged(case, field, judge) and set(theirs) <= set(ours) and len(theirs) < len(ours)


def without_comments(value):
    """Comments are blanks; those inside others go first (RFC 5322, 3.2.2)."""
    for _ in range(4):
        value = re.sub(rb"\((?:[^()\\]|\\.)*\)(?=[^\"]*\Z)", b" ", value)
    return value


def mail(*lines):
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


RULES = [
    Rule("broken, and we say so", EVERY, FIELDS, flagged, "nobody",
         "RFC 5322 and 2045 give no reading; our reading carries a defect in that field",
         mail("From: n@x y", "", "x")),
    Rule("vmime: an exception ends its reading", "vmime", FIELDS + ["parts"],
         lambda c, f, j: any(d.startswith("exception") for d, _ in c.readings["vmime"]["defects"]), "scan",
         "std::length_error on encoded words without a charset", mail("X: =??b??b?==??b?cid:cif-8?b?=", "Message-ID: <a@b.example>", "", "x")),
    # Addresses
    Rule("vmime: a comment is part of the address", "vmime", ADDRESSES, raw_has(rb"\("), "grammar",
         "RFC 5322, 3.2.2: comments may stand around each part of an addr-spec", mail("To: (c) a@b.example", "", "x")),
    Rule("vmime: quotes of a local part", "vmime", ADDRESSES,
         raw_has(rb'"[^"]*"[ \t]*@|\\|"[^"]*@'), "grammar",
         "RFC 5322, 3.4.1 and 3.2.4: quoted pairs and empty strings; behind a fold of blanks (4.2), too",
         mail("Sender: a", " ", ' <""@b.example>', "", "x")),
    Rule("vmime: a group or a route, or a comma in From, Sender and Reply-To", "vmime", ADDRESSES, lambda c, f, j: any(re.search(rb":" if f in ("to", "cc") else rb",|:", v) for v in c.raw(f)), "scan",
         "RFC 5322, 3.6.2 and 4.4, and RFC 6854: lists, groups and routes stand there, too", mail("From: a@b.example,c@d.example", "", "x")),
    Rule("a comma or a sign in a domain literal", EVERY, ADDRESSES, lambda c, f, j: flagged(c, f, j) and any(re.search(rb"@\s*\[[^\]]*[,;:<>@\"()]", without_comments(v)) for v in c.raw(f)), "nobody",
         "RFC 5322, 3.4.1 has it, RFC 5321, 4.1.3 has not: ours ends the address there", mail("Sender: <x@[192.0.,2.1]>", "", "x"), True),
    Rule("a > that closes nothing", EVERY, ADDRESSES, lambda c, f, j: flagged(c, f, j) and any(b">" in v and b"<" not in v for v in c.raw(f)), "nobody",
         "RFC 5322, 3.2.3: no atom has it; ours shows what stands around it, and no author", mail("From: a >. b@c.example", "", "x"), True),
    Rule("an address in a phrase", EVERY, ADDRESSES, lambda c, f, j: flagged(c, f, j) and any(re.search(rb'@(?:[^<,"]|"[^"]*")*<', v) for v in c.raw(f)), "nobody",
         "RFC 5322, 3.2.5: no @ stands in a phrase; ours is what stands in <>, and no author", mail("From: a@bAnn Example <an\udcb0@example.org>", "", "x"), True),
    Rule("vmime: a phrase that is the address itself", "vmime", ADDRESSES, raw_has(rb"([^\s<>\",]+@[^\s<>\",]+)\s*<\1>"), "nobody",
         "RFC 5322, 3.2.5; as many programs write, and all others read", mail("From: a@b.example<a@b.example>", "", "x")),
    Rule("vmime: no address is invalid@invalid", "vmime", ADDRESSES,
         lambda c, f, j: "invalid@invalid" in c.value("vmime", f), "scan", "its own word for an address that it cannot read",
         mail("From:", "", "x")),
    Rule("addresses: every one that some reader could see", EVERY, ADDRESSES, shows_more, "scan",
         "docs/scan-differences.md: nothing hides in a broken list", mail("To: p@q", "junk", "To: .", "", "x"), True),
    Rule("encoded words in an address", ("vmime", "python"), ADDRESSES, value_has(rb"=\?"), "grammar",
         "RFC 2047, 5 (1): none stands in an addr-spec; =? alone is an atom", mail("To: <=?utf-8?q?a?=@b.example>", "", "x")),
    Rule("blanks in a domain literal", EVERY, ADDRESSES, raw_has(rb"@(?:\s|\([^()]*\))*\[[^\]]*\s"), "grammar",
         "RFC 5322, 3.4.1: they mean nothing; GMime takes them out, VMime ends there, Python reads no such literal", mail('Sender: ""@[b\tc]', "", "x")),
    Rule("vmime: blanks inside an addr-spec", "vmime", ADDRESSES, value_has(rb"[.@]\s|\s[.@]"), "grammar", "RFC 5322, 4.4",
         mail("To: a. b@c.example", "", "x")),
    Rule("a fold in a quoted string", ("gmime", "vmime"), ADDRESSES, raw_has(rb'"[^"]*\n[^"]*"'), "grammar", "RFC 5322, 3.2.4 and 2.2.3",
         mail('To: "a', ' "@b.example', "", "x")),
    Rule("gmime and vmime: what looks like an encoded word in a phrase", ("gmime", "vmime"), ADDRESSES, broken_has(rb"=\?"), "nobody",
         "RFC 2047, 2 and 5: quotes and brackets stand in none", mail("To: =?utf-8?q?<a>?=<a@b.example>", "", "x")),
    Rule("a backslash outside quotes", EVERY, ADDRESSES, lambda c, f, j: flagged(c, f, j) and any(b"\\" in v for v in c.raw(f)), "nobody",
         "RFC 5322, 3.2.1 has quoted pairs in quotes, comments and literals only", mail("To: a@b.example\\", "", "x"), True),
    Rule("python: a dot in a phrase", "python", ADDRESSES, raw_has(rb"\.(?:\s|\([^()]*\))*<"), "grammar", "RFC 5322, 4.1: obs-phrase", mail("Cc: n.<n@b.example>", "", "x")),
    Rule("python: an address beside a group is lost", "python", ADDRESSES, lambda c, f, j: any(b";" in v for v in c.raw(f)), "grammar", "RFC 5322, 3.4",
         mail('Cc: x:; ,""<""@[a]>', "", "x")),
    Rule("a quoted string that does not end", EVERY, ADDRESSES, broken_has(rb'\A[^"]*"(?:[^"]*"[^"]*")*[^"]*\Z'), "nobody",
         "RFC 5322, 3.2.4: ours shows all of it, without an author; others drop what they cannot read",
         mail('From: "=?utf-8?b?QQ"?=" <o@x.example>', "", "x"), True),
    # Ids
    Rule("ids: broken, read between < and >", EVERY, IDS, broken_ids, "nobody",
         "RFC 5322, 3.6.4 gives no reading; docs/scan-differences.md has ours", mail("In-Reply-To: a@b.example", "", "x"), True),
    Rule("vmime: a comment is part of the ids", "vmime", IDS, value_has(rb"\("), "grammar", "RFC 5322, 3.6.4 and 3.2.2",
         mail("In-Reply-To: <a@b.example> (c)", "", "x")),
    Rule("vmime: ids without blanks between them", "vmime", IDS, value_has(rb"><"), "grammar", "RFC 5322, 3.6.4: CFWS is optional",
         mail("References: <a@b.example><c@d.example>", "", "x")),
    Rule("gmime: a domain literal in an id", "gmime", IDS, value_has(rb"\["), "grammar", "RFC 5322, 3.6.4: no-fold-literal",
         mail("References: <a@b.example> <e@[.]>", "", "x")),
    # Subject
    Rule("vmime: a colon in front of a value", "vmime", list(HEADERS), lambda c, f, j: any(v.startswith(b":") for v in c.raw(f)), "grammar", "RFC 5322, 2.2",
         mail("Subject:: x", "", "x")),
    Rule("subject: an encoded word that is none", EVERY, ("subject",), broken_has(rb"=\?|\?="), "nobody",
         "RFC 2047, 2: blanks inside, damaged or unknown data; docs/scan-differences.md", mail("Subject: a=?utf8?b?w7w?=b", "", "x")),
    Rule("subject: an empty encoded word, or two in one", EVERY, ("subject",), broken_has(rb"=\?[^? ]+\?[bBqQ]\?\?=|=\?[^?]*=\?"), "nobody",
         "RFC 2047, 2 and 5: encoded-text is not empty, and blanks stand around a word", mail("Subject: =?=?utf-8?q??=", "", "x"), True),
    Rule("gmime: padded base64 words side by side", "gmime", ("subject",), value_has(rb"(?i)=\?b\?[^?]*=\?=\s+=\?[^?]*\?b|\?b\?[^?]*\?=\s+=\?[^?]*\?b\?"),
         "grammar", "RFC 2047, 2: each word ends its data; GMime joins them", mail("Subject: =?utf-8?B?WyM=?= =?utf-8?B?WyM0?=", "", "x")),
    Rule("subject: a blank inside an encoded word", EVERY, ("subject",), broken_has(rb"=\?[^?]*\s[^?]*\?[bBqQ]\?"), "nobody",
         "RFC 2047, 2: linear white space stands nowhere in it", mail("Subject: x =?utf- 8?q?54?= y", "", "x"), True),
    Rule("subject: a charset that is no token", EVERY, ("subject",), broken_has(rb'=\?[^?\s]*["(),.:;<>@\[\]/\\][^?\s]*\?[bBqQ]\?'), "nobody",
         "RFC 2047, 2: no especials stand in it; others drop them and know what is left", mail('Subject: =?iso"-2022-jp?b?GyRCRnxLXBsoQg==?=', "", "x"), True),
    Rule("subject: bytes above 127 inside an encoded word", EVERY, ("subject",), broken_has(rb"=\?[^?\s]+\?[bBqQ]\?[^?]*[\x80-\xff]"), "nobody",
         "RFC 2047, 2: encoded-text is ASCII; ours reads them in the charset of the word", mail("Subject:=?ISO8859-1?Q?\udc87?=", "", "x"), True),
    # Dates
    Rule("date: a word as its zone", EVERY, ("date",), date_has(rb"[0-9]\s+(?!(?:GMT|UT|[ECMP][SD]T)\b)[A-Z]+(?:$|[ (])", True), "grammar",
         "RFC 5322, 4.3: unless their meaning is known they are -0000", mail("Date: 1 Jan 1999 00:00 A", "", "x")),
    Rule("date: comments inside", EVERY, ("date",), date_has(rb"\(", True), "grammar", "RFC 5322, 4.3",
         mail("Date: 6 (c) Feb 2025 08:00:00 +0200", "", "x")),
    Rule("date: a year of less than four digits", EVERY, ("date",), date_has(rb"[a-z][^0-9a-z]*[0-9]{1,3}[^0-9]"), "grammar",
         "RFC 5322, 4.3: 00 to 49 are 2000 and later, 50 to 999 count from 1900; others turn at 69", mail("Date: 6 Feb 2 8:00", "", "x"), True),
    Rule("date: broken, read as its words say", EVERY, ("date",), broken_date, "nobody", "docs/scan-differences.md",
         mail("Date: 9Sep2025 3:59", "", "x"), True),
    # The header block
    Rule("header lines behind one that is no field", EVERY, list(HEADERS),
         lambda c, f, j: "header_line" in c.defects(f) and not c.value(j, f), "scan",
         "RFC 5322, 2.2 has no such line; docs/scan-differences.md: it is skipped where fields follow, others end the header there",
         mail("junk", " ", "Subject: x", "", "x"), True),
    Rule("python: CR ends the line of an mbox", "python", FIELDS + ["parts"], mail_has(rb"\A>?From [^\n]*\r[^\n]"), "nobody", "RFC 5322, 2.3",
         mail("From \rSubject: x", "", "x")),
    Rule("CR inside a field", EVERY, list(HEADERS), lambda c, f, j: flagged(c, f, j) and any(b"\r" in v for v in c.raw(f)), "nobody", "RFC 5322, 2.3",
         mail("From: n@b.example\r@c.example", "", "x"), True),
    Rule("date: single digits of the clock", EVERY, ("date",), date_has(rb"[ \t][0-9]+:[0-9](?![0-9])", False), "nobody", "RFC 5322, 3.3: two digits",
         mail("Date: 4 Jan 2025 9:0", "", "x"), True),
    Rule("python: a line of an mbox that is quoted", "python", MIME, mail_has(rb"\A>From "), "nobody", "RFC 4155: it is none of the mail",
         mail(">From : <a@b.example>", "", "")),
    # MIME
    Rule("several of a MIME field", EVERY, MIME, lambda c, f, j: "duplicate_field" in c.defects(f), "nobody", "docs/scan-differences.md: the first counts",
         mail("Content-Type: text/plain(c)", "Content-Type: text/p", "", "x"), True),
    Rule("a multipart that has no parts", EVERY, MIME, empty_multipart, "nobody",
         "RFC 2046, 5.1.1; docs/scan-differences.md: a leaf of its own type", mail('Content-Type: multipart/mixed; boundary="=?utf-8?q?b?="', "", "--b", "", "x", "--b--"), True),
    Rule("python: a message in a transfer encoding", "python", MIME, mail_has(rb"message/[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*Content-Transfer-Encoding:\s*(?:base64|quoted)"), "nobody",
         "RFC 2046, 5.2.1 forbids it: Python reads the bytes as they stand as its header and body",
         mail("Content-Type: message/x", "Content-Transfer-Encoding: base64", "", "QTogYgoKYw==")),
    Rule("one boundary in two multiparts", EVERY, MIME, one_boundary, "nobody", "RFC 2046, 5.1.2 forbids it",
         mail("Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "y", "--b--", "x", "--b--", ""), True),
    Rule("a boundary in sections, or with a blank at its end", EVERY, MIME, mail_has(rb'boundary(?:\*|(?:[ \t]|\((?:[^()\\]|\\.)*\))*=[^"\r\n;]*"[^"]*[ \t]")'), "nobody",
         "RFC 2231, 3 allows the first; RFC 2046, 5.1.1 forbids the second",
         mail('Content-Type: multipart/mixed; boundary(a\\)c)="b "', "", "--b", "", "x", "--b--"), True),
    Rule("a quoted pair in a boundary", EVERY, MIME, mail_has(rb'boundary[ \t]*=[ \t]*"[^"\r\n]*\\'), "nobody",
         "RFC 2045, 5.1 has it; RFC 2046, 5.1.1 has no character that needs it", mail('Content-Type: multipart/mixed; boundary="a\\b"', "", "--a\\b", "", "x", "--a\\b--"), True),
    Rule("a header with lines that are no fields", EVERY, MIME,
         lambda c, f, j: bool({"header_line", "no_header_end"} & c.defects(f)), "nobody",
         "RFC 5322, 2.2; docs/scan-differences.md: they are skipped where fields follow", mail("", ":"), True),
    Rule("an attached message that is broken", EVERY, ("parts",),
         lambda c, f, j: any(d.startswith("attached ") for d, _ in c.readings["scan"]["defects"]), "nobody",
         "RFC 5322, 2.2: the message stands whole in our union, and is flagged when it is opened",
         mail("Content-Type: message/rfc822", "", "fi", "", "x")),
    Rule("base64: data behind the padding", EVERY, MIME, mail_has(rb"base-?64.*\n[A-Za-z0-9+/]+\s*=[\s=]*[A-Za-z0-9+/]"), "scan",
         "RFC 2045, 6.8: padding may be taken as the end; docs/scan-differences.md: a whole second body is read, too",
         mail("Content-Type: image/png", "Content-Transfer-Encoding: base64", "", "QQ", "==QUJD"), True),
    Rule("a line that ends in CR alone", EVERY, MIME, mail_has(rb"\r(?!\n)"), "nobody", "RFC 5322, 2.3",
         mail("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "--b\r\r"), True),
    Rule("gmime: LF alone in front of a delimiter", "gmime", MIME, lambda c, f, j: bool(re.search(rb"[^\r]\n--", c.mail) and b"\r\n" in c.mail),
         "scan", "RFC 2046, 5.1.1: GMime cuts two bytes as it does elsewhere in the mail",
         b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nxyz\n--b\r\n\r\n--b--\r\n"),
    Rule("quoted-printable: blanks at the end of a line", EVERY, MIME, mail_has(rb"Encoding:\s*quoted-printable.*[ \t]\r?\n"), "grammar",
         "RFC 2045, 6.7 (3): they must be deleted; none of the others does", mail("Content-Transfer-Encoding: quoted-printable", "", "s ", "w"), True),
    Rule("python: blanks behind the encoding", "python", MIME, mail_has(rb"Encoding:[^\r\n]*[^\s][ \t]+\r?\n"), "scan", "RFC 5322, 3.2.2",
         mail("Content-Transfer-Encoding: base64 ", "", "QUJD")),
    Rule("gmime: parentheses in a name", "gmime", MIME, mail_has(rb"name\*?\s*=\s*[^\"\s;]*[()']"), "nobody",
         "RFC 2045, 5.1: of no token; a comment, or the name as it is meant: (1).txt. Both are judged (threat T22)", mail("Content-Type: a/b; name=()'", "", "x")),
    Rule("python: single quotes around a name", "python", MIME, mail_has(rb"name\s*=[^\r\n;]*'"), "scan", "RFC 2045, 5.1: they are of the token",
         mail("Content-Type: a/b; name = 't'", "", "x")),
    Rule("python: a fold in front of the encoding", "python", MIME, mail_has(rb"Encoding:[ \t]*\r?\n[ \t]"), "scan", "RFC 5322, 2.2.3",
         mail("Content-Transfer-Encoding:", " quoted-printable", "", "=41")),
    Rule("vmime: a delimiter with blanks behind it", "vmime", MIME, mail_has(rb"\n--[^\r\n]*[^\s][ \t]+\r?\n"), "scan",
         "RFC 2046, 5.1.1: transport-padding. The part in front then goes on, with bytes that stand in our parts",
         mail("Content-Type: multipart/mixed; boundary=b", "", "--b ", "Content-Type: a/b", "", "x", "--b--")),
    Rule("vmime: blanks behind the hyphens of a delimiter", "vmime", MIME, blank_in_boundary, "scan", "RFC 2046, 5.1.1: none stands there",
         mail("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x", "-- b", "--b--")),
    Rule("names: plain and extended", EVERY, MIME, mail_has(rb"name\s*=(?:[^\r\n]|\r?\n[ \t])*name\*|name\*(?:[^\r\n]|\r?\n[ \t])*name\s*="), "scan", "RFC 6266, 4.3: the extended one counts",
         mail('Content-Disposition: attachment; FILENAME="ü.txt"; filename*=utf-8\'\'png', "", "x"), True),
    Rule("names: extended with less than two quotes", EVERY, MIME, mail_has(rb"name\*(?:0\*)?=[^'\r\n;]*'?[^'\r\n;]*(?:[;\r\n]|\Z)"), "nobody",
         "RFC 2231, 4: the quotes are a must; bytes of no charset are guessed", mail("Content-Type: a/b; name*=ut%BCg", "", "x"), True),
    Rule("a boundary that begins another delimiter", EVERY, MIME, boundary_in_front, "nobody",
         "RFC 2046, 5.1.1: a delimiter is its whole line; readers compare its front",
         mail('Content-Type: multipart/mixed; boundary="a--"', "", "--a--", "", "x", "--a---2", "y", "--a----")),
    Rule("vmime: an empty name", "vmime", MIME, mail_has(rb'name\s*=\s*""\s*(?:;|\r|\n)'), "scan", "RFC 2045, 5.1: a quoted string may be empty",
         mail('Content-Type: text/html; name=""', "", "x")),
    Rule("names: an extended one with more than two quotes", ("python", "vmime"), MIME,
         mail_has(rb"name\*0?\*?=[^'\r\n;]*'[^'\r\n;]*'[^\r\n;]*'"), "nobody",
         "RFC 2231, 4 and 7: attribute-char has none; behind the second all is the name", mail("Content-Type: text/plain; name*=utf-8'''x", "", "x")),
    Rule("names: an extended one that names no charset, or none there is", EVERY, MIME, mail_has(rb"name\*(?:0\*)?\s*=\s*\"?(?:|[^'\"\r\n;]*[^A-Za-z0-9_:.'\"\r\n;\-][^'\"\r\n;]*)'[^'\r\n;]*'"), "nobody",
         "RFC 2231, 4: the charset may be left out; bytes of none are guessed", mail("Content-Type: a/b; name*=\"''%F6s\"", "", "x"), True),
    Rule("gmime: a parameter that has no name", "gmime", MIME, mail_has(rb";\s*\*[0-9]*\*?\s*="), "nobody",
         "RFC 2231, 7: attribute-char has no asterisk; GMime reads no further, and finds no boundary",
         mail("Content-Type: multipart/mixed; *=u; boundary=b", "", "--b", "", "x", "--b--")),
    Rule("vmime: a percent sign without two digits", "vmime", MIME, mail_has(rb"name\*(?:[0-9]+\*)?=[^\r\n;]*%(?![0-9A-Fa-f]{2})"), "nobody",
         "RFC 2231, 7: ext-octet has two digits of base 16; VMime takes any characters for them", mail("Content-Type: text/plain; name*=utf8''%png", "", "x")),
    Rule("python: an asterisk in an extended name", "python", MIME, mail_has(rb"name\*(?:[0-9]+\*)?=[^\r\n;]*'[^\r\n;']*\*"), "nobody",
         "RFC 2231, 7: attribute-char has none; Python reads no further", mail("Content-Type: text/plain; name*=utf-8''a*.png", "", "x")),
    Rule("names: a backslash of a path", EVERY, MIME, mail_has(rb'name\*?\s*=\s*"[^"\r\n]*\\[^"\\]'), "scan",
         "RFC 5322, 3.2.4 takes it for a quoted pair; programs write paths", mail('Content-Type: text/plain; name = "C:\\a.txt"', "", "x"), True),
    Rule("names: sections without the first", EVERY, MIME, mail_has(rb"name\*(?!\*?=|0\*?=)"), "nobody", "RFC 2231, 3: they begin with 0",
         mail("Content-Type: text/plain; name*1=a", "", "x"), True),
    Rule("python: a delivery report is a list of messages", "python", MIME, mail_has(rb"message/delivery-status"), "nobody", "RFC 3464, 2.1: blocks of fields",
         mail("Content-Type: message/delivery-status", "", "Reporting-MTA: a", "", "Action: failed", "x")),
    Rule("two boundary lines in a row", EVERY, MIME, two_boundaries, "scan",
         "RFC 2046, 5.1.1: a delimiter brings its own line end",
         mail("Content-Type: multipart/digest; boundary=b", "", "x", "--b", "--b--")),
    Rule("vmime: a part of a digest is text", "vmime", MIME, mail_has(rb"multipart/digest"), "scan", "RFC 2046, 5.1.5",
         mail("Content-Type: multipart/digest; boundary=b", "", "--b", "", "From: a@b.example", "", "x", "--b--")),
    Rule("mime: comments in fields", ("python", "vmime"), MIME, comment_in_mime, "grammar", "RFC 2045, 5.1: comments are allowed",
         mail("Content-Type: image/png (c)", "", "x")),
    Rule("uuencoded text", EVERY, MIME, mail_has(rb"Content-Transfer-Encoding:\s*(?:x-)?uu"), "nobody",
         "no standard has it: what is decoded of broken lines differs", mail("Content-Transfer-Encoding: x-uuencode", "", "T", "begin 644 a", "#0V%T", "`", "end")),
    Rule("mime: a field that is not of the grammar", EVERY, MIME, broken_mime, "nobody",
         "RFC 2045, 5.2: text/plain is then assumed; others assume other types", mail("Content-Type: /", "", "x"), True),
]


def find(table, case, field, judge, unanimous):
    for rule in table:
        if judge in rule.judges and field in rule.fields and (rule.unanimous or not unanimous) and rule.when(case, field, judge):
            return rule
    return None


def fixtures():
    return [rule.fixture for rule in RULES]
