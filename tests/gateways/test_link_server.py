"""The fake of LINK as a process of its own, for tests that kill whoever calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import OutgoingMessage, Unclear
from kehr.gateways.linkmobility import LinkMobility
from kehr.sources.allow import Allow
from tests.fakes.link_server import TOKEN, LinkServer


@pytest.mark.stack
def test_the_fake_as_a_process_writes_down_what_it_took_before_it_answers(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    command = [sys.executable, "-m", "tests.fakes.link_server", "0", str(record), "drop_after", "ok"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        fake = LinkServer(port=int(process.stdout.readline()))
        account = GatewayAccount("Büro", fake.base_url, TOKEN)
        gateway = LinkMobility(account, allow=Allow.parse(["127.0.0.1"]))
        with pytest.raises(Unclear):
            gateway.send(OutgoingMessage("m-1", "sms", "+436641234567", "Grüße"))
        gateway.send(OutgoingMessage("m-2", "sms", "+436641234567", "zweite"))
        gateway.close()
        os.kill(process.pid, signal.SIGKILL)
    lines = [json.loads(line)["messageContent"] for line in record.read_text(encoding="utf-8").splitlines()]
    assert lines == ["Grüße", "zweite"]
