# SPDX-License-Identifier: Apache-2.0
"""A host that mypy --strict accepts; run, it files one mail."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence

import casecomm


class Folder(casecomm.Source):
    def __init__(self, mails: list[bytes]) -> None:
        self.mails = mails
        self.done = 0

    @property
    def name(self) -> str:
        return "folder"

    def next(self, limit: int) -> Iterable[casecomm.InboundMail]:
        for _ in range(min(limit, len(self.mails))):
            yield casecomm.InboundMail(self.mails.pop(0))

    def committed(self, mails: Sequence[casecomm.InboundMail]) -> None:
        self.done += len(mails)


class Log(casecomm.Observer):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def notice(self, event: casecomm.Event) -> None:
        self.lines.append(f"{event.kind} {event.subject}")


class Noon(casecomm.Clock):
    def now(self) -> datetime.datetime:
        return datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)


class Null(casecomm.MailSink):
    def send(self, mail: casecomm.OutboundMail) -> Iterable[casecomm.RecipientResult]:
        return [casecomm.RecipientResult(casecomm.DeliveryState.SENT, 250) for _ in mail.recipients]


class Nothing(casecomm.Store):
    def open(self, schema: casecomm.Schema) -> None:
        self.names = [collection.name for collection in schema.collections]

    def read(self, queries: Sequence[casecomm.Query]) -> Iterable[Iterable[casecomm.Row] | int]:
        return [0 if query.count_cap else [] for query in queries]

    def commit(self, batches: Sequence[casecomm.Batch]) -> Iterable[casecomm.BatchOutcome | None]:
        return [casecomm.BatchOutcome(casecomm.Unimplemented("nothing is kept")) for _ in batches]


def main() -> None:
    log = Log()
    with casecomm.Engine(casecomm.MemoryStore(), casecomm.KeyRing.generate(), observer=log, clock=Noon()) as engine:
        account: casecomm.AccountInfo = engine.create_account("firm", domain="in.firm.example", preset="casebook")
        with engine.session(account.name, actor=casecomm.Actor.operator()) as session:
            session.load({"records": [{"id": "R1", "kind": "case", "name": "Ho v. Lee"}]})
            raw = f"From: ann@client.example\nTo: {session.record_address('R1')}\n\nHello\n".encode()
            decision: casecomm.MailDecision = session.explain(raw)
            outcome: casecomm.Outcome = decision.targets[0].outcome
            assert outcome is casecomm.Outcome.FILED
            source = Folder([raw])
            count: int = engine.receive(source, on_received=lambda mail, decision: print(mail.path, decision.outcome))
            assert count == source.done == 1
            for record in session.records(page_size=10):
                for thread in session.threads(record.id):
                    page: casecomm.Page[casecomm.MessageView] = session.messages(thread.id).page(limit=5)
                    for message in page.items:
                        when: datetime.datetime | None = message.recorded_at
                        size: int = session.raw(message.id, to=io.BytesIO())
                        data: bytes = session.raw(message.id)
                        assert when and len(data) == size
            batch = session.route_many([raw, bytearray(raw)], envelopes=[None, ["x@y.example"]])
            names: list[str | None] = [batch.records[row] for row in batch.targets(0)]
            assert names == ["R1"] and casecomm.Outcome(batch.outcomes[0]) is casecomm.Outcome.FILED
            try:
                session.show_record("R2")
            except casecomm.NotFound as error:
                code: casecomm.Code = error.code
                position: int | None = error.position
                assert code is casecomm.Code.NOT_FOUND and position is None
    delivery = casecomm.submit(Null(), casecomm.OutboundMail(b"Subject: x\r\n\r\n", ["a@b.example"]))
    assert delivery.recipients[0].reply == 250
    try:
        casecomm.Engine(Nothing(), casecomm.KeyRing.generate())
    except casecomm.Unimplemented:
        pass
    print(len(log.lines))


if __name__ == "__main__":
    main()
