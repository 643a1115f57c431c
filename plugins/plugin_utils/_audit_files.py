# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to hyperv.integration: anything here may change in any release.

"""The files of an audit on the controller: one snapshot a target, one folder a report, a link to the latest.

Nobody ever sees a file that is half written: files and folders get their names when they are complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import tempfile
import typing as t
import urllib.parse

from ansible_collections.hyperv.integration.plugins.plugin_utils._drift import is_baseline
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import (
    Data,
    SnapshotError,
    failed_snapshot,
    read_snapshot,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot_facts import keep_facts

LATEST = "latest"
SNAPSHOTS = "snapshots"
_BASELINE = "baseline.json"
_RUN = re.compile(r"\d{8}T\d{6}Z(-\d+)?")
# File systems allow 255 bytes; the suffixes need a few.
_LONGEST_NAME = 200
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_OUR_SCHEMAS, _SNAPSHOT_SCHEMAS = "hyperv.integration/", "hyperv.integration/snapshot/"


def write_file(path: pathlib.Path, text: str) -> None:
    """Write a file under another name and rename it, so that readers see all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with open(descriptor, "wb") as file:
            # Half a surrogate pair is no character; what a guest wrote must not stop the audit.
            file.write(text.encode("utf-8", "backslashreplace"))
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        pathlib.Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def snapshot_path(folder: pathlib.Path, target: str) -> pathlib.Path:
    """The file of a target. Names of an inventory may hold anything, a slash included."""
    name = urllib.parse.quote(target, safe=" @+,=", errors="backslashreplace").replace(
        ".", "%2E", 1 if target.startswith(".") else 0
    )
    if len(name) > _LONGEST_NAME:
        # Two long names must not meet in one file.
        name = (
            name[: _LONGEST_NAME - 33]
            + "-"
            + hashlib.sha256(target.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        )
    return folder / f"{name}.json"


def write_snapshot(folder: pathlib.Path, snapshot: Data, run: str) -> pathlib.Path:
    """Write the snapshot of a target; `run` tells the snapshots of this run from those of an earlier one."""
    path = snapshot_path(folder, snapshot["target"])
    write_file(path, json.dumps({**snapshot, "run": run}, ensure_ascii=False) + "\n")
    return path


def _load(path: pathlib.Path) -> t.Any:
    text = path.read_text(encoding="utf-8", errors="replace")
    data = json.loads(text)
    if _LONE_SURROGATE.search(text):
        data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    return data


def _unreadable(path: pathlib.Path, reason: t.Any, target: str | None = None) -> Data:
    msg = f"Failed to read snapshot '{path.name}': {reason}"
    hint = "Delete the file, or collect it again"
    name = target or urllib.parse.unquote(path.stem)
    return failed_snapshot(name, {"error_class": "unexpected", "msg": msg, "hint": hint}, None)


def _read(path: pathlib.Path, data: t.Any) -> Data:
    try:
        snapshot = read_snapshot(data)
    except SnapshotError as error:
        return _unreadable(path, error)
    # The report tells how an outdated guest can be updated, which takes more than its normal form.
    return keep_facts({**snapshot, "target": snapshot["target"] or urllib.parse.unquote(path.stem)}, data)


def read_snapshots(places: t.Iterable[pathlib.Path]) -> list[Data]:
    """Every snapshot in files and folders. A file that is none becomes a target that could not be read.

    Raises:
        FileNotFoundError: One of the places is not there.
        OSError: One of them cannot be looked into.
    """
    snapshots = []
    for place in places:
        try:
            is_folder = stat.S_ISDIR(place.stat().st_mode)
        except FileNotFoundError:
            raise FileNotFoundError(f"No file or folder '{place}'") from None
        # Not glob, for which a folder that cannot be read is empty.
        for path in sorted(one for one in place.iterdir() if one.suffix == ".json") if is_folder else [place]:
            try:
                data = _load(path)
            except (OSError, ValueError) as error:
                snapshots.append(_unreadable(path, error))
                continue
            if not _is_ours(data):
                snapshots.append(_read(path, data))
    return snapshots


def _is_ours(data: t.Any) -> bool:
    """The folder of a report, of plans or of a journal may be given as well; their files are no snapshots."""
    schema = str(data.get("schema")) if isinstance(data, dict) else ""
    return schema.startswith(_OUR_SCHEMAS) and not schema.startswith(_SNAPSHOT_SCHEMAS)


def read_targets(
    folder: pathlib.Path, targets: t.Iterable[str], run: str, guests: t.Collection[str] = ()
) -> list[Data]:
    """The snapshots that this run made of some targets. A target without one is there with that as its error."""
    return [_read(snapshot_path(folder, one["target"]), one) for one in load_targets(folder, targets, run, guests)]


def load_targets(
    folder: pathlib.Path, targets: t.Iterable[str], run: str, guests: t.Collection[str] = ()
) -> list[Data]:
    """The same as they were collected, with what the normal form does not keep."""
    snapshots = []
    guests = frozenset(guests)
    for target in targets:
        path = snapshot_path(folder, target)
        try:
            data = _load(path)
        except FileNotFoundError:
            data = {}
        except (OSError, ValueError) as error:
            snapshots.append(_unreadable(path, error, target))
            continue
        if isinstance(data, dict) and data.get("run") == run:
            snapshots.append({**data, "target": data.get("target") or target})
            continue
        msg = "The target left the play before it was read"
        kind = "guest" if target in guests else "host"
        snapshots.append(
            failed_snapshot(
                target,
                {"error_class": "no_snapshot", "msg": msg, "hint": "Look at what the play says of this target"},
                None,
                kind,
            )
        )
    return snapshots


def _runs(directory: pathlib.Path, mark: str) -> list[pathlib.Path]:
    """The folders of reports, oldest first. Nothing else in the directory is ever touched."""
    found = [path for path in directory.iterdir() if _RUN.fullmatch(path.name) and (path / mark).is_file()]
    return sorted(found, key=by_time)


def by_time(path: pathlib.Path) -> tuple[str, int, str]:
    """The order of what is named by its time; of the same second, the one with a number comes later."""
    return (path.name[:16], len(path.name), path.name)


def read_baseline(directory: pathlib.Path) -> tuple[Data | None, list[str]]:
    """What the last report left to compare with, if there is one of this release, and which ones cannot be read."""
    unread: list[str] = []
    if not directory.is_dir():
        return None, unread
    for run in reversed(_runs(directory, _BASELINE)):
        try:
            data = _load(run / _BASELINE)
        except (OSError, ValueError) as error:
            unread.append(f"The report is not compared with '{run.name}': Failed to read its baseline: {error}")
            continue
        if is_baseline(data):
            return t.cast(Data, data), unread
    return None, unread


def report_folder(directory: pathlib.Path, generated_at: str) -> pathlib.Path:
    """A folder for a report that is not there yet, named by its time."""
    return free_path(directory, generated_at)


def free_path(directory: pathlib.Path, at: str, suffix: str = "") -> pathlib.Path:
    """A path named by a time, with a number if there is one of the same second."""
    name = re.sub("[-:]", "", at)
    path, number = directory / f"{name}{suffix}", 2
    while path.exists():
        path, number = directory / f"{name}-{number}{suffix}", number + 1
    return path


def point_link(link: pathlib.Path, name: str) -> None:
    """Let a link point somewhere else in one step. A real folder of that name is somebody else's and stays."""
    if link.exists() and not link.is_symlink():
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}.tmp")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(name)
    os.replace(fresh, link)


def write_report(
    folder: pathlib.Path, files: dict[str, str], baseline: Data, keep: int, mark: str = _BASELINE
) -> list[pathlib.Path]:
    """Write all files of a report at once, point the link at them, and remove the oldest reports.

    Args:
        folder: The folder of the report, which does not exist yet.
        files: The texts by name.
        baseline: What the next report compares with, or what else tells which report it is.
        keep: How many reports stay; 0 keeps all.
        mark: The name of the file with that, by which reports of this kind are known.

    Returns:
        The folders that were removed.
    """
    directory = folder.parent
    directory.mkdir(parents=True, exist_ok=True)
    draft = pathlib.Path(tempfile.mkdtemp(dir=directory, prefix=".", suffix=".tmp"))
    try:
        for name, text in {**files, mark: json.dumps(baseline, ensure_ascii=False) + "\n"}.items():
            write_file(draft / name, text)
        draft.chmod(0o777 & ~_umask())
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    point_link(directory / LATEST, folder.name)
    old = _runs(directory, mark)[:-keep] if keep else []
    for path in old:
        shutil.rmtree(path)
    return old
