from __future__ import annotations

import json
import os


class EntryScript:
    """What a worker knows about itself; the same instance everywhere in a process.

    agent_name: the worker's name, `process003`; unique on its node.
    log_dir: folder of the worker's `EntryScript` log.
    output_dir: folder for files that the script writes itself.
    working_dir: folder of the step's code; the process's working directory at start.
    logger: a `logging.Logger` that writes `<log_dir>/<agent_name>.log.txt` at the job's logging level.
    """

    _instance = None

    def __new__(cls) -> "EntryScript":
        if cls._instance is None:
            # Set by the host; inherited by processes that the script starts.
            described = os.environ.get("PARALLELRUN_ENTRY_SCRIPT")
            if described is None:
                raise RuntimeError("EntryScript() exists only inside a parallelrun worker process")
            cls._instance = super().__new__(cls)
            cls._instance._describe(json.loads(described))
        return cls._instance

    def _describe(self, described: dict) -> None:
        self.agent_name: str = described["agent_name"]
        self.log_dir: str = described["log_dir"]
        self.output_dir: str = described["output_dir"]
        self.working_dir: str = described["working_dir"]
        self._logging_level: str = described["logging_level"]
        self._logger = None

    @property
    def logger(self):
        if self._logger is None:
            self._logger = self._open_logger()
        return self._logger

    def _open_logger(self):
        import logging
        import time

        os.makedirs(self.log_dir, exist_ok=True)
        handler = logging.FileHandler(os.path.join(self.log_dir, f"{self.agent_name}.log.txt"), encoding="utf-8", errors="backslashreplace")
        formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        logger = logging.getLogger("azureml_user.parallel_run")
        logger.setLevel(self._logging_level)
        logger.propagate = False
        logger.addHandler(handler)
        return logger
