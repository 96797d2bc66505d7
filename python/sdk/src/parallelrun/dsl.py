"""`pipeline`, as in `azure.ai.ml.dsl`."""

from ._language.pipeline import pipeline

__all__ = ["pipeline"]
