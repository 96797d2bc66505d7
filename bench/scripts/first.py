"""Says when the first mini-batch ran."""

import os
import time

first = True


def run(mini_batch):
    global first
    if first:
        first = False
        with open(os.environ["BENCH_FIRST"], "a") as file:
            file.write(f"{time.time()}\n")
    return ["done"] * len(mini_batch)
