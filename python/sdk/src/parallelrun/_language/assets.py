"""Data and models that are registered under a name and a version."""

from __future__ import annotations

from typing import Mapping, Optional

from .document import Described
from .ports import PathLike


class Asset(Described):
    """What is registered. `id` is what jobs name it by: `Input(type=data.type, path=data.id)`."""

    name: Optional[str]
    version: Optional[str]
    description: Optional[str]
    tags: Optional[Mapping[str, str]]
    properties: Optional[Mapping[str, str]]
    path: Optional[PathLike]
    type: Optional[str]

    _paths = ("path",)

    def __init__(
        self,
        *,
        name: Optional[str] = None,
        version: Optional[str] = None,
        description: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        properties: Optional[Mapping[str, str]] = None,
        path: Optional[PathLike] = None,
        type: Optional[str] = None,
    ) -> None:
        self.name = name
        self.version = None if version is None else str(version)
        self.description = description
        self.tags = tags
        self.properties = properties
        self.path = path
        self.type = type

    @property
    def id(self) -> str:
        """The name that jobs use: `azureml:name:version`."""
        return f"azureml:{self.name}:{self.version}" if self.version is not None else f"azureml:{self.name}@latest"


class Data(Asset):
    """Data. path: a local path relative to the working directory, or a URI; type: `uri_folder` (default), `uri_file` or `mltable`. Without a version it gets the next number."""


class Model(Asset):
    """A model. path: a local path relative to the working directory, or a URI; type: `custom_model` (default), `mlflow_model` or `triton_model`. Without a version it gets the next number."""
