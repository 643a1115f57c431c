# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take one collection out of an archive that holds many: unpack_collection.py ARCHIVE NAMESPACE.NAME FOLDER.

The collection is at FOLDER/ansible_collections/NAMESPACE/NAME then, whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path, PurePosixPath


def unpack(archive: Path, collection: str, folder: Path) -> Path:
    """Return the folder of the collection; what was there before is gone."""
    inside = PurePosixPath("ansible_collections", *collection.split("."))
    target = folder / inside
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    with zipfile.ZipFile(archive) as source:
        members = [name for name in source.namelist() if is_wanted(PurePosixPath(name), inside) and name[-1] != "/"]
        if not members:
            raise LookupError(f"{archive} holds no collection {collection}")
        for name in members:
            path = fresh / PurePosixPath(name).relative_to(inside)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read(name))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return target


def is_wanted(name: PurePosixPath, inside: PurePosixPath) -> bool:
    """The collection's files without its own tests; a name that leads out of the folder is none of them."""
    if ".." in name.parts or inside not in name.parents:
        return False
    return name.relative_to(inside).parts[0] != "tests"


if __name__ == "__main__":
    try:
        unpack(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    except (LookupError, OSError, zipfile.BadZipFile) as error:
        sys.exit(f"Failed to take '{sys.argv[2]}' out of '{sys.argv[1]}': {error}")
