"""What the processes of a step run in."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Union

from .document import Described, Scope, local_path, made
from .ports import PathLike


class BuildContext(Described):
    """Build the image from a folder. `path`: the folder; `dockerfile_path`: relative to it, default `Dockerfile`."""

    path: Optional[PathLike]
    dockerfile_path: Optional[str]

    _paths = ("path",)

    def __init__(self, *, dockerfile_path: Optional[str] = None, path: Optional[PathLike] = None) -> None:
        self.path = path
        self.dockerfile_path = dockerfile_path


class Environment(Described):
    """What the processes of a step run in. On one machine: the Python that is installed; image and conda file are judged and kept.

    image: a container image. conda_file: the conda specification, as a path relative to the working directory or as a mapping.
    build: a BuildContext, instead of an image. name, version: what it is registered under.
    """

    name: Optional[str]
    version: Optional[str]
    description: Optional[str]
    image: Optional[str]
    build: Optional[BuildContext]
    conda_file: Union[PathLike, Dict[str, Any], None]
    tags: Optional[Mapping[str, str]]
    properties: Optional[Mapping[str, str]]
    datastore: Optional[str]

    _paths = ("conda_file",)

    def __init__(
        self,
        *,
        name: Optional[str] = None,
        version: Optional[str] = None,
        description: Optional[str] = None,
        image: Optional[str] = None,
        build: Optional[BuildContext] = None,
        conda_file: Union[PathLike, Dict[str, Any], None] = None,
        tags: Optional[Mapping[str, str]] = None,
        properties: Optional[Mapping[str, str]] = None,
        datastore: Optional[str] = None,
    ) -> None:
        self.name = name
        self.version = version
        self.description = description
        self.image = image
        self.build = made(BuildContext, build)
        self.conda_file = conda_file
        self.tags = tags
        self.properties = properties
        self.datastore = datastore

    @property
    def id(self) -> str:
        """The name that jobs use for it once it is registered."""
        return f"azureml:{self.name}:{self.version}"


def environment_document(value: Any, scope: Scope) -> Any:
    """`azureml:name:version` and the like as they are; `file:./environment.yml` bound to the working directory."""
    return bind_environment_file(value) if isinstance(value, str) else made(Environment, value)._document(scope)


def bind_environment_file(text: str, directory: Optional[str] = None) -> str:
    """`file:./environment.yml` bound to a folder (default: the working directory); every other name stays as it is."""
    bound = local_path(text, directory) if text.startswith("file:") else text
    return text if bound == text else f"file:{bound}"
