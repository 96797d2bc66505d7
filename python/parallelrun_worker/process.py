"""The life of a worker process: init, mini-batches, shutdown."""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter

from .attempts import Attempts
from .channel import Channel
from .errors import script_error
from .marker import IDLE, INIT, STOPPING, mark, open_marker
from .mlflow_run import log_to_own_run
from .printed import Printed
from .reports import Reports
from .script import EntryScript, call, prepare_interpreter
from .tracebacks import name_files_in


def main(own_folder: str) -> None:
    channel = Channel()
    init = channel.receive()
    marker = open_marker(init["markerFile"])
    mark(marker, INIT)
    _set_up_process(init, own_folder)
    name_files_in(init["workingDirectory"])
    channel.watch()
    begun = perf_counter()
    printed = Printed()
    try:
        _check_tables(init["readers"])
        script = EntryScript(init["entryScript"])
        call(script.init)
        reports = Reports(init, marker, channel, printed)
        attempts = Attempts(_debugged(script.run) if init["debug"] else script.run, init, marker, channel, reports)
        source = _source(init, marker, script.takes_context, attempts)
        channel.on_tick = reports.report_late
    except BaseException as error:
        if channel.forked:
            raise
        _give_up(channel, error)
    if channel.forked:
        return
    version = "Python %d.%d.%d" % sys.version_info[:3]
    init_ms = round((perf_counter() - begun) * 1000, 3)
    channel.send({"type": "ready", "pid": os.getpid(), "initMs": init_ms, "interpreter": f"{version} ({sys.executable})"})
    mark(marker, IDLE)
    source.work(channel)
    mark(marker, STOPPING)
    stopped = {"type": "stopped"}
    try:
        call(script.shutdown)
    except BaseException as error:
        if channel.forked:
            raise
        stopped["error"] = script_error(error, "shutdown()")
    if not channel.forked:
        channel.send(stopped)


def _set_up_process(init: dict, own_folder: str) -> None:
    import _signal

    if not init["debug"]:
        # The coordinator decides what Ctrl-C means. A handler, since ignoring would be inherited by the script's children.
        _signal.signal(_signal.SIGINT, lambda *_: None)
    if sys.stdout is not None:
        # File names that are not UTF-8 can be printed.
        sys.stdout.reconfigure(line_buffering=True, errors="surrogateescape")
    if sys.stderr is not None:
        import faulthandler

        # A crash in native code leaves the Python stack in the worker's stderr log, and so does a coordinator that asks where it hangs.
        faulthandler.enable()
        if not init["debug"]:
            faulthandler.register(_signal.SIGUSR2)
    os.environ["PARALLELRUN_ENTRY_SCRIPT"] = json.dumps(
        {
            "agent_name": init["worker"],
            "log_dir": init["logDirectory"],
            "output_dir": init["outputDirectory"],
            "working_dir": init["workingDirectory"],
            "logging_level": init["loggingLevel"],
        }
    )
    prepare_interpreter(init["entryScript"], init["arguments"], os.path.join(own_folder, "shims"))
    log_to_own_run("%s-%s" % (init["node"], init["worker"]))


def _check_tables(readers: list) -> None:
    if any(reader["kind"] == "table" for reader in readers):
        from .prefetch import require_pandas

        require_pandas(readers)


def _source(init: dict, marker, takes_context: bool, attempts: Attempts):
    readers, address = init["readers"], init.get("fetchAddress")
    if all(reader["kind"] != "table" and "store" not in reader for reader in readers):
        from .files import FileSource

        return FileSource(readers, init["firstMiniBatch"], marker, takes_context, attempts)
    from .prefetch import ReadAhead

    fetching = None
    if address is not None:
        from .fetching import Fetching

        fetching = Fetching(address)
    return ReadAhead(readers, init["firstMiniBatch"], fetching, marker, takes_context, attempts)


def _debugged(run):
    from .debugger import debugged

    return debugged(run)


def _give_up(channel: Channel, error: BaseException) -> None:
    report = {"type": "init_failed", "error": script_error(error, "init() or while it was loaded")}
    missing = _missing_module(error)
    if missing is not None:
        report["missingModule"] = missing
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            # Closed or broken by the script.
            pass
    channel.send(report)
    # Not sys.exit: a thread that the script left running must not keep a useless worker alive.
    os._exit(1)


def _missing_module(error: BaseException):
    """The top-level name of a module that is not installed."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    top = error.name.partition(".")[0]
    return None if top in sys.modules else top
