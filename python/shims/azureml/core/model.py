from __future__ import annotations

import os
import shutil

from azureml.exceptions import ModelNotFoundException

from ._cloud import CloudOnly
from ._described import described

_CACHE = "azureml-models"
_SHOWN = 10


class Model(metaclass=CloudOnly):
    """A model that was registered with `prl model create` when the step began.

    name, version: of the newest one where no version is given. path: where it is.
    Raises ModelNotFoundException.
    """

    _instead = "Models are registered by `prl model create`, and found by Model.get_model_path(name) and Model(workspace, name)."

    def __init__(self, workspace=None, name: str | None = None, id: str | None = None, version=None, **kwargs) -> None:
        if name is None and id is not None:
            name, _, version = id.partition(":")
        found = _registered(name, version or None)
        if found is None:
            raise _not_found(name, version)
        self.name, self.version, self.path = found["name"], found["version"], found["path"]
        self.id = f"{self.name}:{self.version}"

    @staticmethod
    def get_model_path(model_name: str, version=None, _workspace=None) -> str:
        """The path of the file or folder.

        It is looked for below AZUREML_MODEL_DIR (`<name>/<version>/`), among the registered models, below `azureml-models/` in the
        working directory (`<name>/<version>/`), and, where no version is given, as a file or folder called `model_name` there.
        Raises ModelNotFoundException.
        """
        folder = os.environ.get("AZUREML_MODEL_DIR")
        deployed = None if folder is None else _laid_out(folder, model_name, version)
        if deployed is not None:
            return deployed
        registered = _registered(model_name, version)
        if registered is not None:
            return registered["path"]
        cached = _laid_out(_CACHE, model_name, version)
        if cached is not None:
            return cached
        if version is None and os.path.exists(model_name):
            return model_name
        raise _not_found(model_name, version)

    def download(self, target_dir: str = ".", exist_ok: bool = False, exists_ok: bool | None = None) -> str:
        """Copies it into a folder; the path of the copy."""
        copy = os.path.join(target_dir, os.path.basename(self.path))
        replace = exist_ok if exists_ok is None else exists_ok
        if os.path.exists(copy) and not replace:
            raise FileExistsError(f"{copy} is there already; exist_ok=True replaces it")
        if os.path.isdir(self.path):
            shutil.rmtree(copy, ignore_errors=True)
            return shutil.copytree(self.path, copy)
        os.makedirs(target_dir, exist_ok=True)
        return shutil.copyfile(self.path, copy)

    def __repr__(self) -> str:
        return f"Model(name={self.name}, id={self.id}, version={self.version})"


def _registered(name, version):
    """Of several versions the newest. A version is a number to Azure's users, and a text to the registry."""
    wanted = None if version is None else str(version)
    fitting = (one for one in described().get("models", []) if one["name"] == name and wanted in (None, one["version"]))
    return next(fitting, None)


def _laid_out(root: str, name: str, version):
    """`<root>/<name>/<version>/` holds one file or folder: that; else it is the model itself."""
    folder = os.path.join(root, name)
    if version is None and os.path.isdir(folder):
        numbers = [int(each) for each in os.listdir(folder) if each.isdigit()]
        version = max(numbers) if numbers else None
    own = os.path.join(folder, str(version))
    if version is None or not os.path.isdir(own):
        return folder if version is None and os.path.exists(folder) else None
    entries = os.listdir(own)
    return os.path.join(own, entries[0]) if len(entries) == 1 else own


def _not_found(name, version) -> ModelNotFoundException:
    wanted = f"Model {name}" if version is None else f"Model {name}, version {version},"
    known = [f"{one['name']}:{one['version']}" for one in described().get("models", [])]
    if not known:
        there = "No model was registered when the step began."
    else:
        more = "" if len(known) <= _SHOWN else f" ({_SHOWN} of {len(known)})"
        there = f"Registered when the step began: {', '.join(known[:_SHOWN])}{more}."
    return ModelNotFoundException(f"{wanted} is not registered. {there} Register it with: prl model create --name {name} --path PATH")
