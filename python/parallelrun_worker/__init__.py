"""What runs inside a Python worker: the entry script's host.

Start-up time counts for every worker of every job, so modules of the standard library that are not always needed
(asyncio, inspect, logging, threading, traceback …) and pandas are imported where they are used.
"""
