"""Tasks in a multiprocessing pool of two, one at a time: `pool.py TASKS SECONDS` (0 seconds: nothing to do).

With seconds, prints for what part of the time, in percent, the two workers were inside the tasks.
"""

import sys
import time
from multiprocessing import Pool

count = int(sys.argv[1])
seconds = float(sys.argv[2])


def noop(task):
    return None


def nap(task):
    began = time.time()
    time.sleep(seconds)
    return began, time.time()


if __name__ == "__main__":
    with Pool(2) as pool:
        results = list(pool.imap_unordered(nap if seconds else noop, range(count), chunksize=1))
    if seconds:
        span = max(end for _, end in results) - min(began for began, _ in results)
        print(100 * sum(end - began for began, end in results) / (2 * span))
