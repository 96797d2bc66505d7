"""The program of a Python worker process. Started by the dispatcher, never by hand; it speaks `src/workers/protocol/messages.ts`."""

import os
import sys

# A process that the entry script spawns (multiprocessing) imports this file again, under another name: nothing may happen then.
if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path[:1] != [here]:
        sys.path.insert(0, here)
    from parallelrun_worker.process import main

    main(sys.path.pop(0))
