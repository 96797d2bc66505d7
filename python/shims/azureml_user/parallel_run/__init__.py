"""`from azureml_user.parallel_run import EntryScript`, as entry scripts written for Azure Machine Learning have it."""

from .entry_script import EntryScript

__all__ = ["EntryScript"]
