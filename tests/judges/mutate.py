# SPDX-License-Identifier: Apache-2.0
"""Changes of a mail that keep most of its structure. All choices come from the random.Random that is handed in."""
import re

ADDRESS_FIELDS = [b"From", b"Sender", b"Reply-To", b"To", b"Cc"]
ID_FIELDS = [b"Message-ID", b"In-Reply-To", b"References"]
CHARSETS = [b"utf-8", b"UTF-8", b"us-ascii", b"iso-8859-1", b"iso-8859-2", b"iso-8859-15", b"windows-1252", b"koi8-r",
            b"iso-2022-jp", b"gb2312", b"big5", b"x-none", b"", b"utf-7"]
PIECES = [b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\r\n ", b" ", b"\t", b":", b";", b",", b"<", b">", b"@", b"(", b")",
          b'"', b"\\", b"=", b"=?", b"?=", b"--", b"%", b"'", b"\0", b"\xff", b"\xc3\xa9", b"[", b"]", b".", b"..",
          b"=?utf-8?q?", b"=?utf-8?b?", b"()", b"a@b", b"a@b.example", b"<a@b.example>", b'"q"@b.example', b"g:;"]
ENCODINGS = [b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"x-uuencode", b"BASE64", b"base-64",
             b'"base64"', b"base64 (x)", b"x-unknown", b""]
TYPES = [b"text/plain", b"text/html", b"application/pdf", b"message/rfc822", b"multipart/mixed; boundary=inner",
         b"multipart/digest", b"text", b"/", b"text/plain/x", b"image/png; name=x.png", b"multipart/mixed; boundary=\"\"",
         b"TEXT/PLAIN", b"message/partial", b"message/delivery-status", b"application/octet-stream"]


def atom(random):
    return bytes(random.choice(b"abcxyz019-_+'") for _ in range(random.randint(1, 6)))


def blank(random):
    return random.choice([b"", b"", b"", b" ", b"\t", b"\r\n ", b" (c)", b"(a (b) c) ", b" \r\n\t"])


def addr_spec(random):
    local = random.choice([atom(random), atom(random) + b"." + atom(random), b'"' + atom(random) + b'"',
                           b'"' + atom(random) + b" " + atom(random) + b'"', b'"a\\"b"', b'"a@b"', b'""'])
    domain = random.choice([b"example.org", atom(random) + b".example", b"[192.0.2.1]", b"EXAMPLE.com", b"localhost",
                            b"[IPv6:2001:db8::1]", "bücher.example".encode()])
    return local + b"@" + domain


def phrase(random):
    return random.choice([atom(random), atom(random) + b" " + atom(random), b'"Last, First"', b'"a@b.example"',
                          b"=?utf-8?q?Andr=C3=A9?=", b"=?utf-8?b?QmrDtnJu?= x", "Jörg".encode(), b"J. Doe", b'"\\"x\\""', b'""'])


def mailbox(random):
    spec = addr_spec(random)
    kind = random.randrange(8)
    if kind < 2:
        return spec + blank(random)
    if kind < 6:
        return phrase(random) + random.choice([b" ", blank(random) + b" "]) + b"<" + spec + b">" + blank(random)
    if kind == 6:
        return b"<" + spec + b">"
    return blank(random) + spec + b" (" + atom(random) + b")"


def address_list(random):
    found = []
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        if random.randrange(8) == 0:
            found.append(phrase(random) + b":" + b",".join(mailbox(random) for _ in range(random.randrange(3))) + b";")
        else:
            found.append(mailbox(random))
    return random.choice([b", ", b",", b" , "]).join(found)


def odd_address_list(random):
    return random.choice([
        b"a@b.example c@d.example", b"<a@b.example> <c@d.example>", b"a@b.example, ,c@d.example", b"<@r.example:a@b.example>",
        b"a . b@c.example", b"a@b . example", b"a@b.example.", b"<a@b.example", b"a@b.example>", b"<>", b"", b"Ann",
        b"Ann <>", b"a@@b.example", b"a@b@c.example", b"Ann a@b.example", b'"Ann <a@b.example>', b"a@b.example;c@d.example",
        b"g: a@b.example", b"g: h: a@b.example;;", b"Ann <ann@a.example> (x) <b@c.example>", b"=?utf-8?q?a=40b.example?=",
        b"<=?utf-8?q?a?=@b.example>", b"a@b.example (", b"mailto:a@b.example", b"<mailto:a@b.example>", b"[a@b.example]",
        b"'a@b.example'", b"a@b.example, c", b"Doe, Ann <a@b.example>", b"J. Doe <a@b.example>", b"a b <c@d.example>",
        b"<<a@b.example>>", b"a\\@b@c.example", b"\"a@b.example\"", b"a@b.example\xff", b".a@b.example", b"a..b@c.example",
        b"a@[b.example]", b"a@b.example <a@b.example>", b"a@b.example (a@c.example)", b"x@y.example <a@b.example>"])


def date(random):
    day = random.choice([b"", b"Tue, ", b"tue, ", b"Tuesday, ", b"Xyz, ", b"Tue "])
    year = random.choice([b"2025", b"2025", b"25", b"99", b"1999", b"105", b"2069", b"0001", b"9999", b"49", b"50"])
    clock = random.choice([b"09:12:00", b"09:12", b"9:12:00", b"23:59:60", b"24:00:00", b"09.12.00", b"00:00:00", b"091200"])
    zone = random.choice([b"+0100", b"-0800", b"+0000", b"-0000", b"GMT", b"UT", b"EST", b"PDT", b"Z", b"A", b"MEZ", b"",
                          b"+01:00", b"+100", b"(CET)", b"+0530", b"UTC", b"+0100 (CET)", b"GMT+0100", b"-9999", b"CET"])
    number = random.choice([b"14", b"1", b"01", b"31", b"29", b"0", b"32"])
    month = random.choice([b"Jan", b"Feb", b"jan", b"January", b"Dec", b"Foo", b"Sept"])
    if random.randrange(8) == 0:
        return random.choice([b"2025-01-14T09:12:00Z", b"2025-01-14 09:12:00 +0100", b"Tue Jan 14 09:12:00 2025",
                              b"Tue Jan 14 09:12:00 CET 2025", b"1/14/2025 9:12 AM", b"14-Jan-2025 09:12:00 +0100", b"now",
                              b"14 Jan (c) 2025 09:12 +0100", b"Tue, 14 Jan 2025 09 : 12 : 00 +0100", b"Jan 14, 2025 09:12:00"])
    return day + number + b" " + month + b" " + year + b" " + clock + b" " + zone


def ids(random):
    one = lambda: random.choice([b"<" + atom(random) + b"@" + atom(random) + b".example>"] * 4 +
                                [b"<a.b-c@[192.0.2.1]>", b"<" + atom(random) + b">", b"a@b.example", b"<a@b@c>", b"<>",
                                 b'<"a b"@c.example>', b"<a b@c.example>", b"<a@b.example", b"a@b.example>", b"(c)",
                                 b"\"x\"", b"<a\r\n b@c.example>", b"your mail of", b"<<a@b.example>>", b"<a@b.example >"])
    return random.choice([b" ", b"", b"\r\n ", b", ", b" (c) "]).join(one() for _ in range(random.randint(1, 3)))


def subject(random):
    word = lambda: random.choice([b"Re:", b"plain", b"=?utf-8?q?=C3=BC?=", b"=?utf-8?b?w7w=?=", b"=?iso-8859-15?q?=A4_x?=",
                                  b"=?utf-8?q?=C3?=", b"=?utf-8?q?=BC?=", b"=?utf-8?b?w7w?=", b"=?x-none?q?a?=", b"=?", b"?=",
                                  b"=?utf-8?q?a b?=", b"=?utf-8*en?q?a?=", b"=?UTF-8?Q?a?=", "ü".encode(), b"\xfc",
                                  b"=?utf-8?q??=", b"=?us-ascii?q?a?=", b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", b"a=?utf-8?q?b?=",
                                  b"=?utf-8?q?a?=b", b"=?utf-8?z?a?=", b"=?koi8-r?b?8NLJ18XU?=", b'"quoted"', b"(c)"])
    return random.choice([b" ", b" ", b"  ", b"\r\n ", b""]).join(word() for _ in range(random.randint(1, 4)))


def parameter(random):
    name = random.choice([b"name", b"filename", b"charset", b"boundary", b"x"])
    value = random.choice([b"a.txt", b'"a b.txt"', b'"a\\"b.txt"', b'"C:\\dir\\a.txt"', b"a b.txt", b"'a.txt'", b'"a.txt',
                           b'"=?utf-8?q?=C3=BC=2Etxt?="', b"=?utf-8?q?=C3=BC=2Etxt?=", b'""', b"", '"ü.txt"'.encode(), b'"\xfc.txt"',
                           b"a(c).txt", b'"a;b.txt"', b"a/b.txt", b"utf-8", b"inner"])
    return random.choice([
        name + b"=" + value, name + b" = " + value, name.upper() + b"=" + value, name + b"*=utf-8''%C3%BC.txt",
        name + b"*=utf-8'en'a%20b.txt", name + b"*0=a; " + name + b"*1=b.txt", name + b"*1=b.txt; " + name + b"*0=a",
        name + b"*0*=utf-8''%C3%BC; " + name + b"*1=.txt", name + b"*0=a; " + name + b"*2=b", name + b"*=a.txt",
        name + b"*0*=utf-8''a; " + name + b"*1*=%2Etxt", name + b"=" + value + b"; " + name + b"=b.txt",
        name + b"=" + value + b"; " + name + b"*=utf-8''c.txt", name + b"*01=a", name, b"=" + value, b"(c)" + name + b"=" + value])


GENERATORS = {b"from": address_list, b"sender": address_list, b"reply-to": address_list, b"to": address_list, b"cc": address_list,
              b"message-id": ids, b"in-reply-to": ids, b"references": ids, b"date": date, b"subject": subject}
FIELD = re.compile(rb"^[!-9;-~]+:.*(?:\r?\n[ \t].*)*\r?\n?", re.MULTILINE)


def header_end(mail):
    found = re.search(rb"\r?\n\r?\n", mail)
    return found.end() if found else len(mail)


def fields(mail, whole=False):
    """(begin, end) of fields: of the header block, or, if `whole`, of parts too."""
    return [m.span() for m in FIELD.finditer(mail, 0, len(mail) if whole else header_end(mail))]


def replaced(mail, begin, end, data):
    return mail[:begin] + data + mail[end:]


def new_value(mail, random):
    name = random.choice(list(GENERATORS))
    value = GENERATORS[name](random)
    if GENERATORS[name] is address_list and random.randrange(3) == 0:
        value = odd_address_list(random)
    line = random.choice([name.title(), name, name.title() + random.choice([b"", b" "])]) + b": " + value + b"\r\n"
    if b"\r\n" not in mail:
        line = line.replace(b"\r\n", b"\n")
    spans = [s for s in fields(mail) if mail[s[0]:s[1]].lower().startswith(name + b":")]
    if spans and random.randrange(6):
        return replaced(mail, *spans[0], line)
    at = random.choice(fields(mail) or [(0, 0)])[0]
    return replaced(mail, at, at, line)


def of_field(change):
    def act(mail, random):
        spans = fields(mail, random.randrange(2) == 0)
        if not spans:
            return mail
        begin, end = random.choice(spans)
        return replaced(mail, begin, end, change(mail[begin:end], random))
    return act


def case_changed(field, random):
    name, colon, rest = field.partition(b":")
    return random.choice([name.upper, name.lower, name.swapcase])() + colon + rest


def folded(field, random):
    end = b"\r\n" if field.endswith(b"\r\n") else b"\n"
    places = [m.start() for m in re.finditer(b"[ \t]", field.rstrip(b"\r\n")) if m.start() > field.find(b":")]
    if not places:
        return field
    at = random.choice(places)
    return field[:at] + random.choice([end, end + b" ", end + b"\t", b" " + end]) + field[at:]


def commented(field, random):
    body = field.rstrip(b"\r\n")
    places = [m.start() for m in re.finditer(rb"[ ,;@<>=:]", body) if m.start() > field.find(b":")]
    if not places:
        return field
    at = random.choice(places) + random.randrange(2)
    return field[:at] + random.choice([b"(c)", b" (c) ", b"(a (b) c)", b"(a\\)b)", b"(a@b.example)", b"(", b")"]) + field[at:]


def doubled(field, random):
    return field + random.choice([field, field.swapcase(), field[:len(field) // 2].rstrip() + b"\r\n"])


def with_parameter(field, random):
    if not field.lower().startswith((b"content-type:", b"content-disposition:")):
        return field
    end = b"\r\n" if field.endswith(b"\r\n") else b"\n"
    body = field.rstrip(b"\r\n")
    cut = body.find(b";") if random.randrange(2) else len(body)
    return body[:cut if cut >= 0 else len(body)] + b"; " + parameter(random) + (body[cut:] if 0 <= cut < len(body) else b"") + end


def charset_changed(mail, random):
    spots = [m.span(1) for m in re.finditer(rb"charset=\"?([A-Za-z0-9_-]*)|=\?([A-Za-z0-9_-]+)\?", mail) if m.group(1)]
    return replaced(mail, *random.choice(spots), random.choice(CHARSETS)) if spots else mail


def header_replaced(name, values):
    def act(mail, random):
        spans = [m.span() for m in re.finditer(rb"(?im)^" + name + rb":.*\r?\n(?:[ \t].*\r?\n)*", mail)]
        value = name.title() + b": " + random.choice(values) + (b"\r\n" if b"\r\n" in mail else b"\n")
        if spans and random.randrange(4):
            return replaced(mail, *random.choice(spans), value)
        at = random.choice(fields(mail, True) or [(0, 0)])[0]
        return replaced(mail, at, at, value)
    return act


def boundary_changed(mail, random):
    spots = [m.span() for m in re.finditer(rb"(?m)^--[^\r\n]+", mail)]
    if not spots:
        return mail
    begin, end = random.choice(spots)
    line = mail[begin:end]
    return replaced(mail, begin, end, random.choice([
        line + b" ", line + b"\t ", line + b"x", line[:-1], line + b"--", line[:-2], b" " + line, b"-" + line, line.swapcase(),
        b"", line + b"\r\n" + line, line[2:], line + b"\r\n\r\n", line + b"\r"]))


def body_changed(mail, random):
    begin = header_end(mail)
    if begin >= len(mail):
        return mail
    at = random.randint(begin, len(mail))
    return replaced(mail, at, at, random.choice([b"=", b"=3D", b"=\r\n", b" ", b"!", b"====", b"QUJD", b"\r\n", b"\0", b"=C3",
                                                 b"begin 644 x\r\n", b"--", b".\r\n", b"From x\r\n", b"\x1b$B", b"=zz"]))


def byte_changed(mail, random):
    at = random.randrange(len(mail) + 1)
    return mail[:at] + bytes([random.randrange(256)]) + mail[at + 1:]


def piece_put(mail, random):
    at = random.randint(0, header_end(mail) if random.randrange(3) else len(mail))
    return replaced(mail, at, at, random.choice(PIECES))


def cut_out(mail, random):
    at = random.randint(0, len(mail))
    return replaced(mail, at, at + random.randint(1, 12), b"")


def truncated(mail, random):
    return mail[:random.randint(0, len(mail))]


def line_ends_changed(mail, random):
    kind = random.randrange(3)
    if kind == 0:
        return mail.replace(b"\r\n", b"\n")
    if kind == 1:
        return mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    spots = [m.span() for m in re.finditer(rb"\r?\n", mail)]
    return replaced(mail, *random.choice(spots), random.choice([b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r"])) if spots else mail


def colon_moved(field, random):
    return field.replace(b":", random.choice([b" :", b"\t:", b"", b"::", b":\r\n "]), 1)


CHANGES = [(new_value, 10), (of_field(case_changed), 2), (of_field(folded), 4), (of_field(commented), 4), (of_field(doubled), 3),
           (of_field(with_parameter), 6), (charset_changed, 2), (header_replaced(b"content-transfer-encoding", ENCODINGS), 3),
           (header_replaced(b"content-type", TYPES), 3), (boundary_changed, 4), (body_changed, 3), (byte_changed, 3),
           (piece_put, 4), (cut_out, 2), (truncated, 1), (line_ends_changed, 2), (of_field(colon_moved), 1)]


FROM_CHANGES = [byte_changed, piece_put, piece_put, cut_out, of_field(folded), of_field(commented), of_field(doubled), of_field(colon_moved)]


def from_mail(random):
    """A mail of a From field and nothing else: of the grammar, broken in a known way, or changed at random (threat T03)."""
    value = address_list(random) if random.randrange(3) else odd_address_list(random)
    if random.randrange(6) == 0:
        value = odd_address_list(random) + random.choice([b"", b" ", b",", b";"]) + address_list(random)
    mail = b"From: " + value + b"\r\n\r\n"
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        mail = random.choice(FROM_CHANGES)(mail, random)
    return mail


def mutated(mail, random):
    for _ in range(random.choice([1, 1, 1, 2, 2, 3])):
        change = random.choices([c for c, _ in CHANGES], [w for _, w in CHANGES])[0]
        mail = change(mail, random)
    return mail
