"""The model is compiled outside the server, so that pages answer meanwhile."""

import subprocess
import sys
import threading

from alliances import ROOT
from alliances.model.kernel.compiled import is_warm

READY = threading.Event()


def begin() -> None:
    """Compile in another program unless that was done before; sets `READY`."""
    if is_warm():
        READY.set()
        return

    def work() -> None:
        try:
            subprocess.run(
                [sys.executable, "-c", "from alliances.model.warm import warm; warm()"],
                cwd=ROOT,
                check=False,
            )
        finally:
            READY.set()

    threading.Thread(target=work, daemon=True, name="warming").start()
