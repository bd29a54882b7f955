"""Named points at which a test ends the process as kill -9 does, to see that nothing is lost just there.

    CHIBO_FAILPOINT=visit.committed:3      the third time an update's effect has been committed

Without that variable a point costs one comparison. Every commit has two points, `<commit>.ready` before it and
`<commit>.committed` after it; each call to Telegram has `call.ready` and `call.answered`.
"""

import os
import signal

_NAME, _, _TIME = os.environ.get("CHIBO_FAILPOINT", "").partition(":")
_left = int(_TIME or 1)


def reach(name: str) -> None:
    """End the process here when this is the point, and the time, that was asked for."""
    global _left
    if name != _NAME:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
