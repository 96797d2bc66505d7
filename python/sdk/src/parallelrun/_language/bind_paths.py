"""Local paths in a document that was read from a file, bound to the folder of that file."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from .document import local_path
from .environment import bind_environment_file


def bind_job(document: Mapping[str, Any], directory: str) -> Dict[str, Any]:
    """A job or a step: its own work, its component, and its steps."""
    bound = _bind_work(document, directory)
    for ports in ("inputs", "outputs"):
        if isinstance(document.get(ports), dict):
            bound[ports] = {name: _bind_keys(value, directory, "path") for name, value in document[ports].items()}
    component = document.get("component")
    if isinstance(component, str):
        bound["component"] = local_path(component, directory)
    elif isinstance(component, dict):
        bound["component"] = bind_component(component, directory)
    return bound


def bind_component(document: Mapping[str, Any], directory: str) -> Dict[str, Any]:
    """A component: what it declares has no paths."""
    bound = _bind_work(document, directory)
    if isinstance(document.get("additional_includes"), list):
        bound["additional_includes"] = [local_path(each, directory) for each in document["additional_includes"]]
    return bound


def _bind_work(document: Mapping[str, Any], directory: str) -> Dict[str, Any]:
    bound = _bind_environment(_bind_keys(document, directory, "code"), directory)
    if isinstance(document.get("task"), dict):
        bound["task"] = _bind_environment(_bind_keys(document["task"], directory, "code", "model"), directory)
    if isinstance(document.get("jobs"), dict):
        bound["jobs"] = {name: bind_job(step, directory) if isinstance(step, dict) else step for name, step in document["jobs"].items()}
    return bound


def _bind_environment(document: Dict[str, Any], directory: str) -> Dict[str, Any]:
    environment = document.get("environment")
    if isinstance(environment, str):
        return {**document, "environment": bind_environment_file(environment, directory)}
    if isinstance(environment, dict):
        bound = _bind_keys(environment, directory, "conda_file")
        return {
            **document,
            "environment": {**bound, **({"build": _bind_keys(bound["build"], directory, "path")} if "build" in bound else {})},
        }
    return document


def _bind_keys(value: Any, directory: str, *keys: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: local_path(each, directory) if key in keys and isinstance(each, str) else each for key, each in value.items()}
