# SPDX-License-Identifier: Apache-2.0
"""Through Python and through the command line tool the same mail gives the same decision, byte for byte."""

import json
import os
import pathlib
import subprocess
import tempfile

import pytest
from conftest import FIRM, WITH_ATTACHMENT, mail

import casecomm

TOOL = os.environ["CASECOMM_TOOL"]


@pytest.mark.parametrize("preset", ["casebook", "casefleet"])
def test_the_same_json(preset):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def tool(*words):
            environment = {**os.environ, "CASECOMM_STORE": f"sqlite:{folder}/firm.db"}
            done = subprocess.run([TOOL, "--json", *words], capture_output=True, cwd=folder, env=environment, timeout=120)
            assert done.returncode == 0, done.stderr
            return done.stdout.splitlines()

        (folder / "firm.json").write_text(json.dumps(FIRM))
        tool("init", "--account", "firm", "--domain", "in.firm.example", "--preset", preset)
        tool("load", "firm.json")
        (keys,) = [path for path in folder.iterdir() if path.read_bytes().startswith(b"casecomm-keys")]
        ring = casecomm.KeyRing.parse(keys.read_bytes())
        store = casecomm.SqliteStore(folder / "firm.db")
        with casecomm.Engine(store, ring) as engine, engine.session() as session:
            record, drop = session.record_address("A"), session.drop_address("u1")
            entries = [entry.json().encode() for entry in session.addresses()]
            raws = [
                mail("mara@client.example", record), mail("x@y.example", record, body="Bytes \xe9\u202e\U0001f600\r\n"),
                mail("ana@firm.example", "dike@client.example", extra=f"Delivered-To: {drop}\r\n"),
                mail("ana@firm.example", "mara@client.example", extra=f"Delivered-To: {drop}\r\n"),
                WITH_ATTACHMENT.format(to=record).encode(), b"", b"\xff\xfe\x00\r\n: no mail",
                mail("mara@client.example", record).replace(b"A subject", b"=?utf-8?q?caf=C3=A9?= \xff"),
            ]
            (folder / "in").mkdir()
            paths = [folder / "in" / f"{i}.eml" for i in range(len(raws))]
            for path, raw in zip(paths, raws):
                path.write_bytes(raw)
            mine = {
                "explain": [session.explain(raw).json(path=path).encode() for path, raw in zip(paths, raws)],
                "scan": [casecomm.scan(raw).json(path=path).encode() for path, raw in zip(paths, raws)],
            }
        assert tool("addresses") == entries
        assert tool("explain", str(folder / "in")) == mine["explain"]
        assert tool("scan", str(folder / "in")) == mine["scan"]

        # What Python files, the tool shows, and the other way round.
        with casecomm.Engine(casecomm.SqliteStore(folder / "firm.db"), ring) as engine:
            told = []
            engine.receive(casecomm.FileSource(folder / "in"),
                           on_received=lambda m, d: told.append(d.json(path=m.path, index=m.index).encode()))
        repeated = tool("ingest", str(folder / "in"))
        assert len(told) == len(repeated) == len(raws)
        with casecomm.Engine(casecomm.SqliteStore(folder / "firm.db"), ring) as engine, engine.session() as session:
            page = session.show_record("A").json().encode()
            waiting = [view.json().encode() for view in session.unassigned()]
            again = []
            engine.receive(casecomm.FileSource(folder / "in"),
                           on_received=lambda m, d: again.append(d.json(path=m.path, index=m.index).encode()))
        assert again == repeated
        assert tool("show", "A") == [page]
        assert tool("unassigned") == waiting
        if preset == "casefleet":
            assert waiting
