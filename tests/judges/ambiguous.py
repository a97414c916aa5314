#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Ambiguous mail (threat T20): mails of which readers of MIME see different parts, by class.

  ambiguous.py --list                                the classes
  ambiguous.py [--seed N] [--count N] [--class NAME] writes mails to standard output, each behind its length in four
                                                     bytes, lowest first: count of each class
  ambiguous.py ... --out FOLDER                      as files CLASS-NUMBER.eml

make(name, random) gives one mail as bytes. The first of a class is as the class has it; with `edits` others are changed in
a few bytes. Each holds a file of bytes that stand nowhere else in it.
"""
import argparse
import base64
import binascii
import pathlib
import random as random_module
import struct
import sys

TYPES = [b"application/octet-stream", b"application/zip", b"application/x-msdownload", b"image/png", b"text/html",
         b"application/pdf"]
NAMES = [b"evil.exe", b"a.scr", b"invoice.pdf.exe", b"x.js", b"r\xc3\xa9sum\xc3\xa9.zip"]


class Maker:
    """What the classes build from: one file, two boundaries, all at random."""

    def __init__(self, random):
        self.random = random
        letters = b"abcdefghijklmnopqrstuvwxyz0123456789"
        word = lambda: bytes(random.choice(letters) for _ in range(random.randint(2, 20)))
        self.bb, self.cc = b"b" + word(), b"c" + word()
        self.data = b"MZ" + bytes(random.randrange(256) for _ in range(random.randint(30, 90)))
        self.name = random.choice(NAMES)
        self.type = random.choice(TYPES)
        self.base64 = base64.encodebytes(self.data).rstrip(b"\n")
        self.mixed = b"Content-Type: multipart/mixed; boundary=" + self.bb

    def file(self, fields=b"Content-Transfer-Encoding: base64\n", body=None):
        return (b"Content-Type: " + self.type + b"\nContent-Disposition: attachment; filename=\"" + self.name + b"\"\n" + fields
                + b"\n" + (self.base64 if body is None else body) + b"\n")

    def parts(self, header, delimiter=None, final=None):
        """A multipart of a text and the file under `header`."""
        line = b"--" + self.bb if delimiter is None else delimiter
        return (header + b"\n\n" + line + b"\n\ntext\n" + line + b"\n" + self.file()
                + (line + b"--" if final is None else final) + b"\n")

    def boundary(self, text, delimiter=None):
        return self.parts(b"Content-Type: multipart/mixed; " + text, delimiter)

    def only(self, part):
        return b"Content-Type: multipart/mixed; boundary=only\n\n--only\n" + part + b"--only--\n"

    def around(self, in_front=b"", behind=b""):
        """One text part, and something outside of the parts."""
        line = b"--" + self.bb
        return self.mixed + b"\n\n" + in_front + line + b"\n\ntext\n" + line + b"--\n" + behind

    def body(self):
        return self.parts(self.mixed).split(b"\n\n", 1)[1]


CLASSES = {
    "content_type_twice_last": lambda m: m.parts(b"Content-Type: text/plain\n" + m.mixed),
    "content_type_twice_first": lambda m: m.parts(m.mixed + b"\nContent-Type: text/plain"),
    "content_type_twice_two_boundaries": lambda m: m.parts(b"Content-Type: multipart/mixed; boundary=" + m.cc + b"\n" + m.mixed),
    "encoding_twice_last": lambda m: m.only(m.file(b"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n")),
    "encoding_twice_first": lambda m: m.only(m.file(b"Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit\n")),
    "disposition_twice": lambda m: m.only(m.file(b"Content-Disposition: inline\nContent-Transfer-Encoding: base64\n")),
    "boundary_twice": lambda m: m.boundary(b"boundary=" + m.cc + b"; boundary=" + m.bb),
    "boundary_twice_quoted": lambda m: m.boundary(b"boundary=\"" + m.cc + b"\"; boundary=" + m.bb),
    "boundary_trailing_blank": lambda m: m.boundary(b"boundary=\"" + m.bb + b" \""),
    "boundary_extended_beside_plain": lambda m: m.boundary(b"boundary*=us-ascii''" + m.cc + b"; boundary=" + m.bb),
    "boundary_sections": lambda m: m.boundary(b"boundary*1=" + m.bb[1:] + b"; boundary*0=b"),
    "boundary_sections_with_a_gap": lambda m: m.boundary(b"boundary*0=b; boundary*2=" + m.bb[1:]),
    "boundary_percent": lambda m: m.boundary(b"boundary=" + m.bb.replace(b"b", b"%62", 1)),
    "boundary_comment_behind": lambda m: m.boundary(b"boundary=" + m.bb + b" (a comment)"),
    "boundary_in_a_comment": lambda m: m.boundary(b"(; boundary=" + m.bb + b"); boundary=" + m.cc),
    "boundary_in_a_string": lambda m: m.boundary(b"x=\"; boundary=" + m.bb + b"\"; boundary=" + m.cc),
    "boundary_cut_at_blank": lambda m: m.boundary(b"boundary=" + m.bb + b" x"),
    "boundary_single_quotes": lambda m: m.boundary(b"boundary='" + m.bb + b"'"),
    "boundary_backslash": lambda m: m.boundary(b"boundary=\"\\" + m.bb + b"\""),
    "boundary_other_case": lambda m: m.boundary(b"boundary=" + m.bb.upper()),
    "boundary_over_70": lambda m: m.boundary(b"boundary=" + b"b" * 70 + b"x", b"--" + b"b" * 70 + b"y"),
    "boundary_encoded_word": lambda m: m.boundary(b"boundary=\"=?us-ascii?Q?" + m.bb + b"?=\""),
    "boundary_none": lambda m: m.parts(b"Content-Type: multipart/mixed"),
    "delimiter_junk_behind": lambda m: m.parts(m.mixed, b"--" + m.bb + b" junk"),
    "delimiter_by_prefix": lambda m: m.parts(m.mixed, b"--" + m.bb + b"x"),
    "delimiter_blank_in_front": lambda m: m.parts(m.mixed, b" --" + m.bb),
    "delimiter_inside_a_line": lambda m: m.parts(m.mixed).replace(b"text\n--", b"text--"),
    "delimiter_behind_bare_cr": lambda m: m.parts(m.mixed).replace(b"text\n--", b"text\r--"),
    "delimiter_ends_in_bare_cr": lambda m: m.parts(m.mixed).replace(m.bb + b"\nContent", m.bb + b"\rContent"),
    "final_missing": lambda m: m.parts(m.mixed, final=b""),
    "final_with_junk": lambda m: m.around(behind=b"--" + m.bb + b"--junk\n" + m.file()),
    "final_then_parts": lambda m: m.around(behind=b"--" + m.bb + b"\n" + m.file() + b"--" + m.bb + b"--\n"),
    "final_then_a_header": lambda m: m.around(behind=m.file()),
    "final_then_another_boundary": lambda m: m.around(behind=b"--" + m.cc + b"\n" + m.file() + b"--" + m.cc + b"--\n"),
    "preamble_with_a_header": lambda m: m.around(in_front=m.file()),
    "preamble_with_a_boundary": lambda m: m.around(in_front=b"--" + m.cc + b"\n" + m.file() + b"--" + m.cc + b"--\n"),
    "header_without_its_end": lambda m: m.only(b"Content-Type: text/plain\njunk\n" + m.file()),
    "header_ended_by_blanks": lambda m: m.only(b"Content-Type: text/plain\n \n" + m.file()),
    "header_behind_empty_lines": lambda m: m.only(b"\n\n" + m.file()),
    "header_blank_before_colon": lambda m: m.only(
        m.file(b"Content-Transfer-Encoding : 7bit\nContent-Transfer-Encoding: base64\n")),
    "header_nul_in_a_name": lambda m: m.only(m.file(b"Content-Transfer-\0Encoding: base64\n")),
    "header_nul_in_a_value": lambda m: m.only(m.file(b"Content-Transfer-Encoding: base64\0x\n")),
    "header_bare_cr": lambda m: m.only(m.file(b"X-Junk: x\rContent-Transfer-Encoding: base64\n")),
    "multipart_in_base64": lambda m: m.mixed + b"\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(m.body()),
    "multipart_in_quoted_printable": lambda m: m.mixed + b"\nContent-Transfer-Encoding: quoted-printable\n\n"
    + m.body().replace(b"--" + m.bb + b"\n", b"=2D-" + m.bb + b"\n"),
    "text_with_a_boundary": lambda m: m.parts(b"Content-Type: text/plain; boundary=" + m.bb),
    "no_type_and_a_boundary": lambda m: m.parts(b"Subject: x").replace(b"\n\ntext", b"\nContent-Type: text/plain\n\ntext", 1),
    "type_without_subtype": lambda m: m.parts(b"Content-Type: multipart; boundary=" + m.bb),
    "type_behind_junk": lambda m: m.parts(b"Content-Type: ; multipart/mixed; boundary=" + m.bb),
    "nested_of_one_boundary": lambda m: m.mixed + b"\n\n--" + m.bb + b"\n" + m.around()
    + b"--" + m.bb + b"\n" + m.file() + b"--" + m.bb + b"--\n",
    "nested_by_prefix": lambda m: m.mixed + b"\n\n--" + m.bb + b"\nContent-Type: multipart/mixed; boundary=" + m.bb + b"x\n\n--"
    + m.bb + b"x\n\ntext\n--" + m.bb + b"y\n" + m.file() + b"--" + m.bb + b"x--\n--" + m.bb + b"--\n",
    "message_attached": lambda m: m.only(b"Content-Type: message/rfc822\n\n" + m.parts(m.mixed)),
    "message_in_base64": lambda m: m.only(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
                                          + base64.encodebytes(m.parts(m.mixed))),
    "message_partial": lambda m: m.only(b"Content-Type: message/partial; id=x; number=1; total=1\n\n" + m.parts(m.mixed)),
    "base64_behind_padding": lambda m: m.only(m.file(body=b"QQ==" + m.base64)),
    "base64_stops_at_padding": lambda m: m.only(m.file(body=m.base64 + b"=\n?QUJD")),
    "base64_with_junk": lambda m: m.only(m.file(body=b"!." + m.base64[:5] + b"*" + m.base64[5:])),
    "base64_then_prose": lambda m: m.only(m.file(body=m.base64 + b"\n-- \nA list, and more")),
    "base64_without_padding": lambda m: m.only(m.file(body=m.base64.rstrip(b"="))),
    "base64_of_urls": lambda m: m.only(m.file(body=m.base64.translate(bytes.maketrans(b"+/", b"-_")))),
    "encoding_semicolon": lambda m: m.only(m.file(b"Content-Transfer-Encoding: base64;\n")),
    "encoding_quoted": lambda m: m.only(m.file(b"Content-Transfer-Encoding: \"base64\"\n")),
    "encoding_hyphen": lambda m: m.only(m.file(b"Content-Transfer-Encoding: base-64\n")),
    "encoding_list": lambda m: m.only(m.file(b"Content-Transfer-Encoding: 7bit, base64\n")),
    "encoding_comment": lambda m: m.only(m.file(b"Content-Transfer-Encoding: (x) base64\n")),
    "quoted_printable_broken": lambda m: m.only(m.file(b"Content-Transfer-Encoding: quoted-printable\n",
                                                       binascii.b2a_qp(m.data[:40]) + b"=x=\n=zz=")),
    "uuencode_in_text": lambda m: m.only(b"\ntext\nbegin 644 evil.exe\n" + b"".join(
        binascii.b2a_uu(m.data[i:i + 45]) for i in range(0, len(m.data), 45)) + b"`\nend\n"),
    "yenc_in_text": lambda m: m.only(b"\ntext\n=ybegin line=128 size=%d name=evil.exe\n" % len(m.data) + b"".join(
        b"=" + bytes([(c + 106) % 256]) if (c + 42) % 256 in b"\0\r\n=" else bytes([(c + 42) % 256])
        for c in m.data) + b"\n=yend size=%d\n" % len(m.data)),
}

EDITS = [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b";", b"=", b"\"", b"\0", b"--", b"(", b")", b"'", b"%41", b"\xff",
         b"Content-Type: multipart/mixed; boundary=only\n", b"Content-Transfer-Encoding: base64\n", b"\n\n"]


def edited(mail, random, edits):
    for _ in range(edits):
        at = random.randrange(len(mail) + 1)
        end = min(len(mail), at + random.randint(0, 12))
        kind = random.randrange(4)
        if kind == 0:
            mail = mail[:at] + random.choice(EDITS) + mail[at:]
        elif kind == 1:
            mail = mail[:at] + mail[end:]
        elif kind == 2:
            begin = random.randrange(len(mail) + 1)
            mail = mail[:at] + mail[begin:begin + 40] + mail[at:]
        else:
            mail = mail[:at] + random.choice(EDITS) + mail[end:]
    return mail


def make(name, random, edits=0):
    maker = Maker(random)
    mail = CLASSES[name](maker)
    if random.random() < 0.5:
        mail = b"From: ann@example.org\nTo: bob@example.com\nSubject: x\nMIME-Version: 1.0\n" + mail
    if random.random() < 0.2:
        mail = b"Content-Type: multipart/mixed; boundary=outer\n\n--outer\n\nabove\n--outer\n" + mail + b"\n--outer--\n"
    mail = edited(mail, random, edits)
    if random.random() < 0.5:
        mail = mail.replace(b"\n", b"\r\n")
    return mail


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--class", dest="name", choices=sorted(CLASSES))
    parser.add_argument("--out")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(CLASSES))
        return
    for name in [arguments.name] if arguments.name else CLASSES:
        for number in range(arguments.count):
            random = random_module.Random("%d %s %d" % (arguments.seed, name, number))
            mail = make(name, random, 0 if number == 0 else random.randint(0, 3))
            if arguments.out:
                path = pathlib.Path(arguments.out) / ("%s-%d.eml" % (name, number))
                path.write_bytes(mail)
            else:
                sys.stdout.buffer.write(struct.pack("<I", len(mail)) + mail)


if __name__ == "__main__":
    main()
