"""What workers are made of, loaded once by the process from which they are forked: importing this does it."""

from __future__ import annotations

import gc
import signal
from importlib import import_module

from resolvers.words import dictionary


def load() -> None:
    """Load everything that serves. None of it is ever garbage, so nothing looks for any meanwhile."""
    gc.disable()
    import_module("server.app")
    dictionary()
    gc.freeze()


signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends with its parent, after all that it forked
load()
