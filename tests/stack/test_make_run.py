"""`make run` as an operator meets it: it says where it is, answers, ends on Ctrl-C, and finds its data again.

The clean clone borrows the packages of the environment that runs the tests; that a clone without them
installs its own is too slow for every run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kehr.settings import ROOT
from tests.stack.commands import environment
from tests.stack.radicale import free_port
from tests.stack.running_stack import Stack, running, short_folder, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(300)]

MAKE = ("make", "--no-print-directory", "run")


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """What the repository holds (not what lies about in the working tree), with packages installed."""
    with short_folder() as folder:
        target = folder / "clone"
        if (ROOT / ".git").exists():
            subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(target)], check=True)
        else:
            shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".venv", "instance", ".git"))
        environment = target / ".venv"
        environment.mkdir()
        for part in Path(sys.prefix).iterdir():
            if not part.name.startswith("installed-"):
                (environment / part.name).symlink_to(part)
        files = b"".join((target / name).read_bytes() for name in ("requirements.txt", "constraints.txt"))
        stamp = subprocess.run(
            ["cksum"],
            input=files + (target / "requirements.txt").read_bytes(),
            capture_output=True,
            check=True,
        )
        (environment / "installed-run").write_bytes(stamp.stdout)
        yield target


def test_it_says_where_it_is_answers_and_ends_on_interrupt_leaving_nothing(clone: Path) -> None:
    with short_folder() as data, running(data, MAKE, cwd=clone) as stack:
        assert "Installing" not in "".join(stack.lines)
        said = "".join(stack.lines)
        assert f"Kehrbote: {stack.address}/" in said
        wait_for(lambda: stack.link, 5, "the one-time link")
        assert said.count("/einrichtung/") <= 1
        status, body = stack.health()
        told = json.loads(body)
        assert (status, told["status"]) == (200, "ok"), told
        page = urllib.request.urlopen(stack.address + stack.link, timeout=10).read().decode()
        assert "Willkommen bei Kehrbote" in page
        assert _ended(stack) == -signal.SIGINT  # make itself ends as the interrupted do, 130 in a shell
        assert "Traceback" not in "".join(stack.lines), "".join(stack.lines)


def test_a_second_start_finds_its_data_and_prints_no_link(clone: Path) -> None:
    with short_folder() as data:
        with running(data, MAKE, cwd=clone) as first:
            link = wait_for(lambda: first.link, 5, "the one-time link")
            _ended(first)
        with running(data, MAKE, cwd=clone) as second:
            again = wait_for(lambda: second.link, 5, "a fresh one-time link")
            assert again != link
            _make_admin(second, data)
            _ended(second)
        with running(data, MAKE, cwd=clone) as third:
            assert third.health()[0] == 200
            assert third.link == ""
            _ended(third)


def test_a_second_one_on_the_same_port_says_so_and_ends(tmp_path: Path) -> None:
    with short_folder() as data, running(data) as stack:
        done = subprocess.run(
            [sys.executable, "-m", "kehr.supervise"],
            cwd=ROOT,
            env=os.environ | {"KEHR_DATA": str(data), "KEHR_PORT": str(stack.port)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"Port {stack.port} is taken: end the other program or set KEHR_PORT.\n"
        assert stack.health()[0] == 200
        assert _ended(stack) == 0


def test_a_closed_terminal_ends_everything() -> None:
    with short_folder() as data:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "kehr.supervise"],
            cwd=ROOT,
            env=environment(data) | {"KEHR_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        stack = Stack(data, port, process)
        try:
            wait_for(stack.healthy, 60, "a healthy machine")
            assert process.stdout is not None
            process.stdout.close()
            os.killpg(process.pid, signal.SIGHUP)
            assert process.wait(45) == 0
            wait_for(lambda: not stack.left(), 10, f"the end of {stack.left()}")
        finally:
            for pid in stack.left():
                os.kill(pid, signal.SIGKILL)
            process.wait(10)


def _ended(stack: Stack) -> int:
    """Ctrl-C; nothing of it may be left."""
    status = stack.interrupt()
    wait_for(lambda: not stack.left(), 10, f"the end of {stack.left()}")
    return status


def _make_admin(stack: Stack, data: Path) -> None:
    """By the settings file, as a script would."""
    (data / "password").write_text("drei Kamine am Dach", encoding="utf-8")
    file = data / "users.toml"
    file.write_text(
        '[[users]]\nlogin = "anna"\nrole = "admin"\npassword_file = "password"\n', encoding="utf-8"
    )
    stack.office.done("configure", str(file))
