"""YAML out, with the standard library alone; and in, with PyYAML, which only those need who load files."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Optional

from ..exceptions import ValidationException
from .document import LocalPath

# Text that no version of YAML takes for anything else when it stands without quotes.
_PLAIN = re.compile(r"(?:[A-Za-z_]|\.{0,2}/)[\w./@+-]*(?: [\w./@+-]+)*")
_WORDS = re.compile(r"true|false|yes|no|on|off|null|y|n", re.IGNORECASE)


def to_yaml(document: Any, directory: Optional[str] = None) -> str:
    """The document as YAML in block style. Local paths are relative to `directory`, or absolute without one."""
    return _block(document, "", directory).lstrip("\n") + "\n"


def _block(value: Any, indent: str, directory: Optional[str]) -> str:
    if isinstance(value, dict) and value:
        lines = [f"{indent}{_scalar(key, None)}:{_below(each, indent, directory)}" for key, each in value.items()]
        return "\n" + "\n".join(lines)
    if isinstance(value, list) and value:
        return "\n" + "\n".join(f"{indent}-{_item(each, indent, directory)}" for each in value)
    return " " + _scalar(value, directory)


def _below(value: Any, indent: str, directory: Optional[str]) -> str:
    return _block(value, indent + "  " if isinstance(value, dict) else indent, directory)


def _item(value: Any, indent: str, directory: Optional[str]) -> str:
    text = _block(value, indent + "  ", directory)
    return " " + text.lstrip() if text.startswith("\n") else text


def _scalar(value: Any, directory: Optional[str]) -> str:
    if isinstance(value, LocalPath):
        return _text(str(value) if directory is None else _relative(value, directory))
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value, ensure_ascii=False)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) is not None and _WORDS.fullmatch(text) is None and text.isascii():
        return text
    # JSON's strings are YAML's, but that YAML also wants other characters escaped that cannot be printed.
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in json.dumps(text, ensure_ascii=False))


def _relative(path: str, directory: str) -> str:
    near = os.path.relpath(path, directory)
    return near if near == "." or near.startswith("..") else f"./{near}"


def read_yaml(file: str) -> Any:
    """What a YAML file says. Raises ValidationException for what is not YAML, ImportError when PyYAML is not there."""
    try:
        import yaml
    except ImportError:
        raise ImportError("Loading YAML files needs PyYAML: pip install PyYAML (or parallelrun[yaml]).") from None

    class Loader(yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
        """Reads dates and times as the text that they are, as job files mean them."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    with open(file, encoding="utf-8") as stream:
        try:
            return yaml.load(stream, Loader)
        except yaml.YAMLError as error:
            raise ValidationException(f"{file} is not YAML: {error}") from None
