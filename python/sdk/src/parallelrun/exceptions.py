"""What goes wrong, as exceptions. `ValidationException` and `JobException` have the names of `azure.ai.ml.exceptions`."""

from __future__ import annotations

from typing import Any, Dict, Sequence


class MlException(Exception):
    """The base of every exception of this package."""


class ValidationException(MlException):
    """A job, a component or an asset is wrong. The text is what `prl job validate` says of it, a line for each mistake.

    `errors` has the mistakes one by one: mappings with `path` (the key's, dotted), `message`, `file`, `line` and `column`.
    Nothing was started and nothing was stored.
    """

    def __init__(self, message: str, errors: Sequence[Dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.errors = list(errors)


class JobException(MlException):
    """A job that is waited for or followed did not complete, or the following was interrupted."""


class ResourceNotFoundError(MlException):
    """There is no job, asset or output of that name."""


class PrlError(MlException):
    """The command `prl` refused or failed; the text is its own."""


class PrlNotFoundError(PrlError):
    """There is no command `prl`; the text says where it was looked for and what to do."""


class PrlVersionError(PrlError):
    """What was found is not `prl`, or a version of it that this package cannot drive."""
