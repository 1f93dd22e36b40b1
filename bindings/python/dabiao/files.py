"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dabiao import _core
from dabiao.errors import DataError


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A new file that takes its place when it is complete; after an error there is none.

    A link keeps standing, and what it leads to is written. A device or a pipe, such as /dev/stdout,
    is written to; it would not be the same with a file in its place.
    """
    try:
        stays = path.exists() and not path.is_file() and not path.is_dir()
        place = path if stays else path.resolve()
        folder = None if stays else place.parent
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=folder)
    except OSError as error:
        raise _unwritable(path, error) from None
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        if stays:
            with path.open("wb") as out:
                out.write(temporary.read_bytes())
            return
        mode = place.stat().st_mode if place.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
        temporary.replace(place)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> DataError:
    message = error.strerror or str(error)
    return DataError(
        [_core.diagnostic("file_not_writable", {"path": str(path), "message": message})]
    )
