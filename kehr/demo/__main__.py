"""`make demo`: a filled office in trial mode, in a folder of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

from kehr import supervise
from kehr.settings import ROOT


def main() -> int:
    """Fills the demo if it is new, says how to sign in, and starts everything."""
    os.environ.setdefault("KEHR_DATA", str(ROOT / "instance" / "demo"))
    done = subprocess.run(
        [sys.executable, "-m", "kehr.demo.prepare"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    if done.returncode:
        return 1
    sys.stdout.write(f"\nDemo: sign in as demo with the password {done.stdout.strip()}\n\n")
    sys.stdout.flush()
    return supervise.main({"calendars": f"exec {shlex.quote(sys.executable)} -m kehr.demo.serve"})


if __name__ == "__main__":
    sys.exit(main())
