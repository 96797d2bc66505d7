"""Python lists a step's inputs in name order.

File systems give no order, and many scripts written for Azure take `os.listdir(folder)[0]`. Python imports a module of this
name when it starts; the one that it hides is run after it.
"""

import os
import sys


def _sort_listings(roots):
    listdir, scandir = os.listdir, os.scandir

    def is_input(path):
        if not isinstance(path, (str, os.PathLike)):
            return False
        text = os.fspath(path)
        if not isinstance(text, str):
            return False
        full = os.path.abspath(text)
        return any(full == root or full.startswith(root + os.sep) for root in roots)

    def sorted_listdir(path="."):
        names = listdir(path)
        return sorted(names) if is_input(path) else names

    def sorted_scandir(path="."):
        return _Entries(scandir(path)) if is_input(path) else scandir(path)

    os.listdir, os.scandir = sorted_listdir, sorted_scandir


class _Entries:
    """What `os.scandir` returns, in name order."""

    def __init__(self, entries):
        with entries:
            self._entries = iter(sorted(entries, key=lambda entry: entry.name))

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._entries = iter(())


def _run_hidden():
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    others = [path for path in sys.path if os.path.abspath(path or ".") != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


_roots = [root for root in os.environ.get("PARALLELRUN_INPUTS", "").split(os.pathsep) if root]
if _roots:
    _sort_listings(_roots)
_run_hidden()
