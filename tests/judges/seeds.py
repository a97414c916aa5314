# SPDX-License-Identifier: Apache-2.0
"""Mails to begin with, as bytes. Each shows another part of the grammar, and is read alike by all judges or nearly so."""

PLAIN = b"""From: Ann Example <ann@example.org>
To: Bob <bob@example.com>, carol@example.net
Cc: "Dave, D." <dave@example.org>
Reply-To: ann+case@example.org
Sender: desk@example.org
Subject: A plain subject
Date: Tue, 14 Jan 2025 09:12:00 +0100
Message-ID: <m1@example.org>
In-Reply-To: <m0@example.com>
References: <a@example.com> <m0@example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dear Bob,
this is the text.
"""

WORDS = b"""From: =?utf-8?q?Andr=C3=A9?= <andre@example.org>
To: =?utf-8?b?QmrDtnJu?= <bjorn@example.org>, undisclosed:;
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IGF1cyBLw7Zsbg==?= and =?iso-8859-15?q?5_=A4?=
Date: Mon, 3 Feb 2025 17:00:01 +0000 (GMT)
Message-ID: <w1.2.3@mail.example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe =
aus dem S=FCden
"""

MIXED = b"""Received: from mx.example.org by mail.example.com; Tue, 14 Jan 2025 09:12:05 +0100
From: "Ann \\"A\\" Example" (the first) <ann@example.org>
To: bob@example.com (Bob)
Subject: With files
Date: 14 Jan 2025 09:12 -0500
Message-ID: <x1@example.org>
References: <a@b.example>
\t<c@d.example>
 <e@[192.0.2.1]>
MIME-Version: 1.0
Content-Type: multipart/mixed;
 boundary="=_outer 1"

A preamble.
--=_outer 1
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=us-ascii

The text.

--inner
Content-Type: text/html; charset=us-ascii

<p>The text.</p>

--inner--

--=_outer 1
Content-Type: application/pdf; name="report.pdf"
Content-Disposition: attachment; filename="report.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQKJcfsj6IKNSAwIG9iago8PC9MZW5ndGggNiAwIFIvRmlsdGVyIC9GbGF0ZURl
Y29kZT4+CnN0cmVhbQp4nA==
--=_outer 1
Content-Type: image/png
Content-Disposition: inline; filename*=utf-8''%C3%BCber.png
Content-ID: <i1@example.org>
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk
--=_outer 1--
An epilogue.
"""

FORWARD = b"""From: carol@example.net
To: "desk@example.org" <desk@example.org>
Subject: Fwd: the claim
Date: Wed, 1 Jan 2020 00:00:00 GMT
Message-ID: <f1@example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b=2"

--b=2
Content-Type: text/plain

See below.
--b=2
Content-Type: message/rfc822
Content-Disposition: attachment; filename="claim.eml"

From: dave@example.org
To: carol@example.net
Subject: the claim
Date: Tue, 31 Dec 2019 12:00:00 +0000
Message-ID: <orig@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=in

--in
Content-Type: text/plain

My claim.
--in
Content-Type: application/octet-stream; name=data.bin
Content-Transfer-Encoding: base64

AAECAwQFBgcICQ==
--in--
--b=2--
"""

NAMES = b"""From: eve@example.org
To: list: a@example.org, "b c"@example.org;
Subject: Names
Date: Fri, 29 Feb 2024 23:59:59 -0000
Message-ID: <n1@example.org>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=zz; type="text/html"

--zz
Content-Type: text/html; charset=utf-8

<img src="cid:a">
--zz
Content-Type: application/vnd.ms-excel; name*0="long na"; name*1="me.xls"
Content-Disposition: attachment;
 filename*0*=iso-8859-1'en'long%20;
 filename*1=name.xls
Content-Transfer-Encoding: base64

0M8R4KGxGuE=
--zz
Content-Type: text/csv; name="=?utf-8?q?daten=2Ecsv?="
Content-Disposition: attachment

a,b
1,2
--zz
Content-Type: application/x-zip-compressed; name=a.zip
Content-Disposition: attachment; filename=b.zip; size=4
Content-Transfer-Encoding: quoted-printable

PK=03=04
--zz--
"""

REPORT = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: sender@example.org
Subject: Undelivered Mail Returned to Sender
Date: Sat, 8 Mar 2025 10:11:12 +0530
Message-ID: <20250308101112.1@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="AB12/mx.example.org"

--AB12/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

It failed.

--AB12/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; nobody@example.com
Action: failed
Status: 5.1.1

--AB12/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: sender@example.org
Message-ID: <gone@example.org>
--AB12/mx.example.org--
"""

BARE = b"""From: frank@example.org
To: gina@example.org
Subject: no MIME at all
Date: Thu, 6 Feb 2025 08:00:00 +0200
Message-ID: <bare@example.org>

Text without a type.

begin 644 a.txt
#0V%T
`
end
"""

DIGEST = b"""From: list-owner@example.org
To: list@example.org
Subject: list digest
Date: Sun, 9 Feb 2025 12:00:00 +0000
Message-ID: <digest@example.org>
MIME-Version: 1.0
Content-Type: multipart/digest; boundary="----=_Part"

------=_Part

From: h@example.org
Subject: one
Message-ID: <one@example.org>

first
------=_Part
Content-Type: message/rfc822

From: i@example.org
Subject: two
Message-ID: <two@example.org>

second
------=_Part--
"""

UTF8 = "From: Jörg <jörg@münchen.example>\nTo: 山田 <yamada@example.org>\nSubject: Übersicht für März\n" \
       "Date: Mon, 10 Mar 2025 08:00:00 +0100\nMessage-ID: <u8@example.org>\nMIME-Version: 1.0\n" \
       "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n".encode()

SEEDS = [seed.replace(b"\n", b"\r\n") for seed in
         (PLAIN, WORDS, MIXED, FORWARD, NAMES, REPORT, BARE, DIGEST, UTF8)] + [PLAIN, MIXED]
