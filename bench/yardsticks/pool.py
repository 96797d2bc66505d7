"""Tasks in a multiprocessing pool of two, one at a time: `pool.py TASKS SECONDS` (0 seconds: nothing to do).

Prints how long the tasks took once the pool was there.
"""

import sys
import time
from multiprocessing import Pool

seconds = float(sys.argv[2])


def noop(task):
    return None


def nap(task):
    time.sleep(seconds)
    return None


if __name__ == "__main__":
    with Pool(2) as pool:
        list(pool.imap_unordered(noop, range(2)))
        began = time.perf_counter()
        for _ in pool.imap_unordered(nap if seconds else noop, range(int(sys.argv[1])), chunksize=1):
            pass
        print(time.perf_counter() - began)
