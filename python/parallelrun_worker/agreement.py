"""What the workers of a step, none of which knows the others, settle among them: the first to answer a question decides."""

from __future__ import annotations

import os


def settle(folder: str, question: str, answer: str) -> str:
    """The answer that holds for all. A file in `folder` is one; it has its name when it is whole, on the disk."""
    file = os.path.join(folder, question)
    try:
        return _read(file)
    except FileNotFoundError:
        pass
    os.makedirs(folder, exist_ok=True)
    draft = "%s.%d" % (file, os.getpid())
    try:
        with open(draft, "w", encoding="utf-8", errors="surrogatepass") as stream:
            stream.write(answer)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        return _read(file)
    finally:
        try:
            os.unlink(draft)
        except FileNotFoundError:
            pass
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return answer


def _read(file: str) -> str:
    with open(file, encoding="utf-8", errors="surrogatepass") as stream:
        return stream.read()
