"""Names that stand for themselves, as in `azure.ai.ml.constants`."""

from __future__ import annotations


class AssetTypes:
    """What an input or output is."""

    URI_FILE = "uri_file"
    URI_FOLDER = "uri_folder"
    MLTABLE = "mltable"
    MLFLOW_MODEL = "mlflow_model"
    CUSTOM_MODEL = "custom_model"
    TRITON_MODEL = "triton_model"


class InputTypes:
    """What an input is that is a value."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


class InputOutputModes:
    """How a cloud would deliver data. On one machine it is read where it is: modes are judged and have no effect."""

    MOUNT = "mount"
    RO_MOUNT = "ro_mount"
    RW_MOUNT = "rw_mount"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    DIRECT = "direct"
    EVAL_MOUNT = "eval_mount"
    EVAL_DOWNLOAD = "eval_download"


class ParallelTaskType:
    """What runs on each mini-batch."""

    RUN_FUNCTION = "run_function"
    MODEL = "model"


class ListViewType:
    """Which of the stored things a list has."""

    ACTIVE_ONLY = "ActiveOnly"
    ARCHIVED_ONLY = "ArchivedOnly"
    ALL = "All"


__all__ = ["AssetTypes", "InputOutputModes", "InputTypes", "ListViewType", "ParallelTaskType"]
