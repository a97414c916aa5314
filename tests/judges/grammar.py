# SPDX-License-Identifier: Apache-2.0
"""What the RFCs themselves say a field means: strict readers, written apart from lib/scan.

Each answers the one reading of a value that is of the grammar, and None for any other: then nobody is right by it. Values are
bytes as they stand in the mail, folds in them.
"""
import base64
import calendar
import functools
import re

# RFC 5322, 3.2.3; RFC 6532, 3.1: any well-formed UTF-8 above ASCII counts as atext.
ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\x80-\U0010ffff]"
DOT_ATOM = re.compile("%s+(?:\\.%s+)*" % (ATEXT, ATEXT))
ATOM = re.compile("%s+" % ATEXT)
QUOTED = re.compile('"((?:[^"\\\\\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\\\\[ -~\x80-\U0010ffff])*)"')
# Narrower than RFC 5322, 3.4.1: what RFC 5321, 4.1.3 puts into a literal has none of the characters that end an address.
LITERAL = re.compile("\\[[ \\t!#-'*+\\-.-;=?A-Z^-~\x80-\U0010ffff]*\\]")  # RFC 6532, 3.1: dtext, too


# An "@" inside an encoded word: an addr-spec of RFC 5322 whose border is inside a word of RFC 2047. Nobody can be right.
ENCODED_SIGN = re.compile(r"=\?[^?\s]*(?:\?[bBqQ]\?[^?\s]*@|@[^?\s]*\?[bBqQ]\?)[^?\s]*\?=")


# Changed mails are alike: what a value means is asked for many times. Nobody changes an answer.
remembered = functools.lru_cache(1 << 15)


class NotOfGrammar(Exception):
    pass


def unfolded(value):
    """Text without folds, or None where it holds what no field may hold (RFC 5322, 2.2)."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    text = text.replace("\r\n", "\n")
    if re.search("[\x00-\x08\x0b-\x1f\x7f]", text) or re.search(r"\n[ \t]*(?:\n|$)", text):
        return None
    return text.replace("\n", "")


class Reader:
    def __init__(self, text):
        self.text, self.at = text, 0

    def cfws(self):
        """RFC 5322, 3.2.2. Whether a comment or blank stood there."""
        begin, text = self.at, self.text
        while self.at < len(text):
            if text[self.at] in " \t":
                self.at += 1
            elif text[self.at] == "(":
                depth = 0
                while True:
                    if self.at >= len(text):
                        raise NotOfGrammar
                    c = text[self.at]
                    if c == "\\":
                        self.at += 1
                        if self.at >= len(text):
                            raise NotOfGrammar
                    depth += {"(": 1, ")": -1}.get(c, 0)
                    self.at += 1
                    if depth == 0:
                        break
            else:
                break
        return self.at > begin

    def take(self, pattern):
        match = pattern.match(self.text, self.at)
        if not match:
            return None
        self.at = match.end()
        return match

    def eat(self, c):
        if self.text[self.at:self.at + 1] != c:
            return False
        self.at += 1
        return True

    def need(self, c):
        if not self.eat(c):
            raise NotOfGrammar

    def end(self):
        return self.at >= len(self.text)

    def word(self):
        """An atom, or a quoted string without its quotes and backslashes; None if neither stands there."""
        quoted = self.take(QUOTED)
        if quoted:
            return re.sub(r"\\(.)", r"\1", quoted.group(1))
        found = self.take(ATOM)
        return found.group() if found else None

    def dotted(self, element):
        """RFC 5322, 4.4: comments and blanks around the dots, too."""
        found = []
        while True:
            self.cfws()
            one = element()
            if one is None:
                raise NotOfGrammar
            found.append(one)
            self.cfws()
            if not self.eat("."):
                return ".".join(found)

    def domain(self):
        self.cfws()
        found = self.take(LITERAL)
        if found:
            self.cfws()
            return re.sub("[ \t]", "", found.group()).lower()
        atom = lambda: (lambda m: m and m.group())(self.take(ATOM))
        return self.dotted(atom).lower()

    def addr_spec(self):
        local = self.dotted(self.word)
        self.need("@")
        return local + "@" + self.domain()

    def route(self):
        """RFC 5322, 4.4: what may stand in front of an addr-spec in <>."""
        begin = self.at
        self.cfws()
        if not self.eat("@"):
            self.at = begin
            return
        self.domain()
        while self.eat(","):
            self.cfws()
            if self.eat("@"):
                self.domain()
        self.need(":")

    def mailbox(self):
        begin = self.at
        try:
            spec = self.addr_spec()
            if self.end() or self.text[self.at] in ",;":
                return [spec]
        except NotOfGrammar:
            pass
        self.at = begin
        self.phrase()
        self.need("<")
        self.route()
        spec = self.addr_spec()
        self.need(">")
        self.cfws()
        return [spec]

    def phrase(self):
        words = 0
        while True:
            self.cfws()
            if not (self.take(QUOTED) or self.take(ATOM) or (words and self.eat("."))):
                return words
            words += 1

    def address(self):
        begin = self.at
        try:
            return self.mailbox()
        except NotOfGrammar:
            self.at = begin
        if self.phrase() == 0:
            raise NotOfGrammar
        self.need(":")
        members = []
        self.cfws()
        if not self.eat(";"):
            members += self.list(self.mailbox)
            self.need(";")
        self.cfws()
        return members

    def list(self, element):
        """RFC 5322, 4.4: elements may be empty, but not all of them."""
        found, some = [], False
        while True:
            self.cfws()
            if not self.end() and self.text[self.at] not in ",;":
                found += element()
                some = True
            if not self.eat(","):
                break
        if not some:
            raise NotOfGrammar
        return found


@remembered
def addresses(value):
    """RFC 5322, 3.4 and 4.4: the addr-specs of an address list, quotes of a local part gone, domains in lower case."""
    text = unfolded(value)
    if text is None or ENCODED_SIGN.search(text):
        return None
    reader = Reader(text)
    try:
        found = reader.list(reader.address)
    except NotOfGrammar:
        return None
    return found if reader.end() else None


@remembered
def ids(value):
    """RFC 5322, 3.6.4: the ids of a Message-ID, In-Reply-To or References, without <>."""
    text = unfolded(value)
    if text is None:
        return None
    reader, found = Reader(text), []
    try:
        reader.cfws()
        while not reader.end():
            reader.need("<")
            left = reader.take(DOT_ATOM)
            if not left:
                raise NotOfGrammar
            reader.need("@")
            right = reader.take(DOT_ATOM) or reader.take(LITERAL)
            if not right or " " in right.group() or "\t" in right.group():  # no-fold-literal
                raise NotOfGrammar
            reader.need(">")
            found.append(left.group() + "@" + right.group())
            reader.cfws()
    except NotOfGrammar:
        return None
    return found or None


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DATE = re.compile(r" *(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) *,)? *([0-9]{1,2}) +(%s) +([0-9]{2,4}) +([0-9]{2}) *: *([0-9]{2})"
                  r"(?: *: *([0-9]{2}))? +(?:([+-])([0-9]{2})([0-9]{2})|([A-Za-z]+)) *" % "|".join(MONTHS), re.IGNORECASE)
ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}


def without_comments(text):
    """Each comment and run of blanks as one blank, outside quoted strings; None where a comment does not end."""
    reader, out = Reader(text), ""
    try:
        while not reader.end():
            if reader.cfws():
                out += " "
            else:
                quoted = reader.take(QUOTED)
                out += quoted.group() if quoted else text[reader.at]
                reader.at += 0 if quoted else 1
    except NotOfGrammar:
        return None
    return out


@remembered
def date(value):
    """RFC 5322, 3.3 and 4.3, as unix seconds. The day of the week is not held against the date."""
    text = unfolded(value)
    text = without_comments(text) if text is not None else None
    match = DATE.fullmatch(text) if text is not None else None
    if not match:
        return None
    day, year, hour, minute, second = (int(match.group(i) or 0) for i in (1, 3, 4, 5, 6))
    if len(match.group(3)) < 4:
        year += 2000 if len(match.group(3)) == 2 and year < 50 else 1900
    month = [m.lower() for m in MONTHS].index(match.group(2).lower()) + 1
    if match.group(7):
        zone = int(match.group(8)) * 60 + int(match.group(9))
        if int(match.group(9)) > 59:
            return None
        zone = -zone if match.group(7) == "-" else zone
    else:
        # RFC 5322, 4.3: letters of the military and other words tell nothing: -0000.
        zone = ZONES.get(match.group(10).lower(), 0) * 60
    if year < 1900 or not 1 <= day <= calendar.monthrange(year, month)[1] or hour > 23 or minute > 59 or second > 59:
        return None
    return calendar.timegm((year, month, day, hour, minute, second)) - 60 * zone


DATE_TOLD = re.compile(
    r" ?(?:(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun) ?, ?)?(?P<day>[0-9]{1,2}) ?(?P<month>%s) ?(?P<year>[0-9]{2,4}) (?P<hour>[0-9]{2}) ?: ?"
    r"(?P<minute>[0-9]{2}) ?(?:: ?(?P<second>[0-9]{2}) ?)?(?:(?<= )[+-][0-9]{2}[0-5][0-9]|UT|GMT|[ECMP][SD]T|[A-IK-Z]) ?" % "|".join(MONTHS),
    re.IGNORECASE)


@remembered
def date_is_broken(value):
    """RFC 5322, 3.3 and 4.3: whether the value is outside the grammar, or says what no calendar does; None where it cannot be told here."""
    text = unfolded(value)
    if text is None or re.search(r"\)[+-]", text):  # a comment, no blank, in front of the zone
        return None
    text = without_comments(text)
    match = DATE_TOLD.fullmatch(text) if text is not None else None
    if not match:
        return True
    year = int(match.group("year"))
    year += 0 if len(match.group("year")) == 4 else 2000 if len(match.group("year")) == 2 and year < 50 else 1900
    month = [m.lower() for m in MONTHS].index(match.group("month").lower()) + 1
    day, hour, minute, second = (int(match.group(name) or 0) for name in ("day", "hour", "minute", "second"))
    if year < 1900 or not 1 <= day <= calendar.monthrange(year, month)[1] or hour > 23 or minute > 59 or second > 60:
        return True
    weekday = "Mon Tue Wed Thu Fri Sat Sun".split()[calendar.weekday(year, month, day)]
    return bool(match.group("weekday")) and match.group("weekday").lower() != weekday.lower()


@remembered
def ids_are_broken(value, one):
    """RFC 5322, 3.6.4 and 4.5.4: whether the value is outside the grammar of `one` id, or of phrases and ids; None where it cannot be told here."""
    text = unfolded(value)
    if text is None:
        return None
    reader, found, phrase = Reader(text), 0, False
    domain = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]")
    atom = lambda: (lambda m: m and m.group())(reader.take(ATOM))
    try:
        while True:
            reader.cfws()
            if reader.end():
                return one and found != 1
            if reader.eat("<"):
                reader.dotted(reader.word)
                reader.need("@")
                reader.cfws()
                if reader.take(domain):
                    reader.cfws()
                else:
                    reader.dotted(atom)
                reader.need(">")
                found, phrase = found + 1, False
            elif one or not (reader.word() is not None or (phrase and reader.eat("."))):
                return True
            else:
                phrase = True
    except NotOfGrammar:
        return True


WORD = re.compile(r"=\?([!#-'*+\-0-9A-Z\\^-~]+)\?([BbQq])\?([!->@-~]*)\?=")
CHARSETS = {"utf-8": "utf-8", "us-ascii": "ascii", "iso-8859-15": "iso-8859-15", "iso-8859-2": "iso-8859-2",
            "koi8-r": "koi8-r", "windows-1252": "cp1252"}


def word(text):
    """An RFC 2047 encoded word, decoded; None if it is none; NotOfGrammar if it is nearly one."""
    match = WORD.fullmatch(text)
    if not match:
        if "=?" in text or "?=" in text:
            raise NotOfGrammar
        return None
    charset, encoding, data = match.group(1).lower(), match.group(2).lower(), match.group(3)
    if len(text) > 75 or charset not in CHARSETS or not data:
        raise NotOfGrammar
    try:
        if encoding == "b":
            raw = base64.b64decode(data, validate=True)
            if base64.b64encode(raw).decode() != data:
                raise NotOfGrammar
        else:
            if re.search("=(?![0-9A-Fa-f]{2})", data):
                raise NotOfGrammar
            raw = re.sub(b"=([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]),
                         data.replace("_", " ").encode())
        decoded = raw.decode(CHARSETS[charset])
    except (ValueError, UnicodeDecodeError) as error:
        raise NotOfGrammar from error
    if re.search("[\x00-\x1f\x7f-\x9f]", decoded):
        raise NotOfGrammar
    return decoded


@remembered
def subject(value):
    """RFC 2047, 6.2 on unstructured text; runs of blanks as one."""
    text = unfolded(value)
    if text is None:
        return None
    out, before = "", False
    try:
        for piece in re.split("([ \t]+)", text.strip(" \t")):
            if not piece.strip(" \t"):
                gap = piece
                continue
            decoded = word(piece)
            if out and not (before and decoded is not None):
                out += gap
            out += piece if decoded is None else decoded
            before = decoded is not None
    except NotOfGrammar:
        return None
    return blanks(out)


def blanks(text):
    return re.sub(r"[ \t\r\n\f\v\x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u1680]+", " ", text).strip()


TOKEN = re.compile(r"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+")


@remembered
def mime_field(value, typed):
    """RFC 2045, 5.1 and 2183, 2: whether the value is of the grammar. `typed`: a media type stands in front."""
    text = unfolded(value)
    if text is None:
        return False
    reader, names = Reader(text), set()
    try:
        reader.cfws()
        if not reader.take(TOKEN):
            return False
        if typed:
            reader.need("/")
            if not reader.take(TOKEN):
                return False
        reader.cfws()
        while not reader.end():
            reader.need(";")
            reader.cfws()
            name = reader.take(TOKEN)
            if not name or name.group().lower() in names:
                return False
            names.add(name.group().lower())
            reader.cfws()
            reader.need("=")
            reader.cfws()
            if not (reader.take(QUOTED) or reader.take(TOKEN)):
                return False
            reader.cfws()
    except NotOfGrammar:
        return False
    return True


def tolerant_ids(text):
    """What stands in < and >, comments between them apart, without blanks."""
    reader, found = Reader(text), []
    while not reader.end():
        if text[reader.at] == "(":
            begin = reader.at
            try:
                reader.cfws()
                continue
            except NotOfGrammar:
                reader.at = begin + 1
                continue
        if text[reader.at] == "<":
            end = text.find(">", reader.at)
            if end < 0:
                break
            found.append("".join(text[reader.at + 1:end].rpartition("<")[2].split()))
            reader.at = end
        reader.at += 1
    return [f for f in found if f]


FIELD = re.compile(rb"([!-9;-~]+)([ \t]*):(.*)\Z", re.DOTALL)


class Header:
    """The header block of a mail, as RFC 5322, 2.2 has it. `clean` is false where a line is no field, or a byte is none of text."""

    def __init__(self, raw):
        self.fields = []  # (name in lower case, value, begin, end)
        at = re.match(rb"(?:[ \t]*\r?\n)*", raw).end()
        self.clean = at == 0
        mbox = re.compile(rb">?From (?![ \t]*:).*\n").match(raw, at)
        at = mbox.end() if mbox else at
        field = False  # whether the line above is of a field
        while at < len(raw):
            end = raw.find(b"\n", at) + 1 or len(raw)
            if raw[at:end] in (b"\n", b"\r\n"):
                break
            line = raw[at:end].rstrip(b"\r\n")
            if line[:1] in b" \t" and self.fields and field:
                name, value, begin, _ = self.fields[-1]
                self.fields[-1] = (name, value + b"\n" + line, begin, end)
            else:
                match = FIELD.match(line)
                if match:
                    self.fields.append((match.group(1).decode().lower(), match.group(3), at, end))
                    self.clean &= not match.group(2)
                else:
                    self.clean = False
                field = bool(match)
            at = end
        else:
            self.clean = False
        self.body = at + (2 if raw[at:at + 2] == b"\r\n" else 1)
        block = raw[:at]
        if b"\0" in block or re.search(b"\r(?!\n)", block) or (b"\r\n" in block and re.search(b"(?<!\r)\n", block)):
            self.clean = False
        # So long a line that some reader cuts it (RFC 5322, 2.1.1).
        if any(len(line) > 998 for line in block.split(b"\n")):
            self.clean = False

    def values(self, name):
        return [value.strip(b" \t\r\n") for field, value, _, _ in self.fields if field == name]

    def field_at(self, offset):
        for name, _, begin, end in self.fields:
            if begin <= offset < end:
                return name
        return None
