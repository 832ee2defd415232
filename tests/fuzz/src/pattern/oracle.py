"""Says what re.search says: a line with pattern and text in, a line with the answer out."""

import json
import re
import signal
import sys
import warnings


class TooLong(Exception):
    pass


def too_long(*_):
    raise TooLong


def search(pattern, text):
    try:
        return "absent" if re.search(pattern, text) is None else "found"
    except (re.error, OverflowError, ValueError):
        return "refused"
    except (TooLong, RecursionError, MemoryError):
        return "unknown"


# What Python only warns of, it does.
warnings.simplefilter("ignore")
signal.signal(signal.SIGALRM, too_long)
print(f"{sys.version_info.major}.{sys.version_info.minor}", flush=True)
for line in sys.stdin:
    signal.setitimer(signal.ITIMER_REAL, 1)
    answer = search(*json.loads(line))
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(answer, flush=True)
