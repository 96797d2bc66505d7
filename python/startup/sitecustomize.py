"""What is different in the Pythons of a step: they find Azure's modules, and list the step's inputs in name order.

Azure's modules stand last, behind every installed package, so that a real one wins; `azureml` is a namespace, of which an installed
package may have another part.

File systems give no order, and many scripts written for Azure, where inputs are mounted and listed by name, take
`os.listdir(folder)[0]`. No folder on disk can be made to list like that, so the two functions that all others list by
(`glob`, `pathlib`, `os.walk`) are replaced; anything outside the inputs they pass on unchanged.

Python imports a module of this name when it starts; the one that it hides is run after it.
"""

import os
import sys


class _InNameOrder:
    """`os.listdir` or `os.scandir`, sorted where the folder is an input.

    An object, not a function: `pathlib` of Python 3.9 and 3.10 keeps both as attributes of a class, where a function would become
    a method. Like the built-in one it is pickled by its name.
    """

    def __init__(self, original, ordered, roots):
        self._original, self._ordered, self._roots = original, ordered, roots
        self.__module__, self.__name__, self.__qualname__ = "os", original.__name__, original.__name__
        self.__doc__, self.__wrapped__ = original.__doc__, original

    def __call__(self, path=None):
        listing = self._original(path)
        return self._ordered(listing) if self._is_input(path) else listing

    def __reduce__(self):
        return self.__name__

    def _is_input(self, path):
        if isinstance(path, int):
            return False
        full = os.path.abspath(os.fsdecode("." if path is None else path))
        return any(full == root or full.startswith(root + os.sep) for root in self._roots)


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


def _sort_listings(roots):
    for name, ordered in (("listdir", sorted), ("scandir", _Entries)):
        original = getattr(os, name)
        replacement = _InNameOrder(original, ordered, roots)
        # By this set `shutil.rmtree` knows that it can go by descriptors, which no symbolic link can lead astray.
        if original in os.supports_fd:
            os.supports_fd.add(replacement)
        setattr(os, name, replacement)


def _run_hidden():
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    others = [path for path in sys.path if os.path.abspath(path or ".") != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "shims"))
_roots = [root for root in os.environ.get("PARALLELRUN_INPUTS", "").split(os.pathsep) if root]
if _roots:
    _sort_listings(_roots)
_run_hidden()
