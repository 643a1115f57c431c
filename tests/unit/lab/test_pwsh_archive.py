# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The download of PowerShell, against a server on loopback that does everything wrong that a network can."""

from __future__ import annotations

import contextlib
import hashlib
import io
import socket
import tarfile
import threading
import time
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import pwsh, pwsh_archive

PROGRAM = b"#!/bin/sh\necho 7.6.6\n"
Member = tuple[str, bytes, bytes]  # name, type, content or link target


def tarball(*members: Member) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.mode = 0o644
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                info.linkname = content.decode()
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


GOOD = tarball(("./pwsh", tarfile.REGTYPE, PROGRAM), ("./Modules/A/A.psm1", tarfile.REGTYPE, b"# A\n"))


class Server(ThreadingHTTPServer):
    """Serves one body at every path, cut or held back on demand, and counts the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body = GOOD
        self.status = 200
        self.send_only: int | None = None
        self.released = threading.Event()
        self.hold = False
        self.requests = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/powershell.tar.gz"

    def archive(self, body: bytes | None = None) -> pwsh_archive.Archive:
        return pwsh_archive.Archive(self.url, hashlib.sha256(self.body if body is None else body).hexdigest())


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.requests += 1
        self.send_response(server.status)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(server.body[: server.send_only])
            if server.hold:
                server.released.wait(20)

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002  the name is the base class's
        pass


@pytest.fixture
def server() -> t.Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.released.set()
        running.shutdown()
        thread.join(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "pwsh" / pwsh_archive.VERSION


def refuse(archive: pwsh_archive.Archive, folder: Path, reason: str, silence: float = 5.0) -> None:
    """The download fails for this reason, and leaves nothing behind."""
    with pytest.raises(pwsh_archive.ArchiveError, match=reason):
        pwsh_archive.bring(archive, folder, silence=silence, stream=io.StringIO())
    assert list(folder.parent.iterdir()) == []


def test_a_good_archive_is_unpacked_and_can_be_run(server: Server, folder: Path) -> None:
    stream = io.StringIO()
    program = pwsh_archive.bring(server.archive(), folder, stream=stream)
    assert program == folder / "pwsh"
    assert program.read_bytes() == PROGRAM
    assert program.stat().st_mode & 0o111 == 0o111
    assert (folder / "Modules/A/A.psm1").read_text() == "# A\n"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert stream.getvalue().splitlines()[-1] == f"PowerShell {pwsh_archive.VERSION} is in {folder}"


def test_a_terminal_gets_a_bar_that_ends_full(server: Server, folder: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    pwsh_archive.bring(server.archive(), folder, stream=stream)
    assert f"[{'#' * 25}] 100 %" in stream.getvalue()


def test_a_folder_that_is_not_whole_is_replaced(server: Server, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "left").write_text("over")
    pwsh_archive.bring(server.archive(), folder, stream=io.StringIO())
    assert not (folder / "left").exists()


def test_a_wrong_sum_is_refused(server: Server, folder: Path) -> None:
    refuse(server.archive(b"something else"), folder, "has the SHA-256 [0-9a-f]{64}, expected ")


def test_a_transfer_that_breaks_off_is_refused(server: Server, folder: Path) -> None:
    server.send_only = 100
    refuse(server.archive(), folder, f"broke off after 100 of {len(GOOD)} bytes")


def test_a_torn_archive_is_refused_even_with_the_right_sum(server: Server, folder: Path) -> None:
    server.body = GOOD[: len(GOOD) // 2]
    refuse(server.archive(), folder, "cannot unpack the archive")


def test_what_is_no_archive_is_refused(server: Server, folder: Path) -> None:
    server.body = b"<html>Please log in</html>"
    refuse(server.archive(), folder, "cannot unpack the archive")


def test_silence_is_given_up_after_the_time_out(server: Server, folder: Path) -> None:
    server.send_only, server.hold = 50, True
    started = time.monotonic()
    refuse(server.archive(), folder, r"was silent for 0\.3 s", silence=0.3)
    assert time.monotonic() - started < 5


def test_a_server_that_accepts_and_says_nothing_is_given_up(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/x"
        refuse(pwsh_archive.Archive(url, "0"), folder, "timed out|was silent", silence=0.3)


def test_no_network_is_said_at_once(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    started = time.monotonic()
    refuse(pwsh_archive.Archive(f"http://127.0.0.1:{port}/x", "0"), folder, "Connection refused")
    assert time.monotonic() - started < 5


def test_a_page_that_is_not_there_is_named_by_its_number(server: Server, folder: Path) -> None:
    server.status = 404
    refuse(server.archive(), folder, "answered 404 Not Found")


def test_more_than_an_archive_can_be_is_not_read(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwsh_archive, "LARGEST_ARCHIVE", 10)
    refuse(server.archive(), folder, "is larger or slower than")


def test_more_than_the_content_can_be_is_not_written(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pwsh_archive, "LARGEST_CONTENT", 10)
    refuse(server.archive(), folder, "larger than 10 bytes unpacked")


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (("../evil", tarfile.REGTYPE, b"x"), "leaves its folder"),
        (("a/../../evil", tarfile.REGTYPE, b"x"), "leaves its folder"),
        (("/tmp/evil", tarfile.REGTYPE, b"x"), "leaves its folder"),
        (("evil", tarfile.SYMTYPE, b"/etc"), "neither a file nor a folder"),
        (("evil", tarfile.LNKTYPE, b"pwsh"), "neither a file nor a folder"),
        (("evil", tarfile.FIFOTYPE, b""), "neither a file nor a folder"),
    ],
)
def test_a_member_that_could_leave_the_folder_is_refused(
    server: Server, folder: Path, tmp_path: Path, member: Member, reason: str
) -> None:
    server.body = tarball(("pwsh", tarfile.REGTYPE, PROGRAM), member)
    refuse(server.archive(), folder, reason)
    assert not (tmp_path / "evil").exists()


def test_an_archive_without_pwsh_is_refused(server: Server, folder: Path) -> None:
    server.body = tarball(("bin/pwsh", tarfile.REGTYPE, PROGRAM))
    refuse(server.archive(), folder, "holds no pwsh")


def find(server: Server, tmp_path: Path, archive: pwsh_archive.Archive | None = None) -> pwsh.Found | pwsh.Missing:
    environ = {"PATH": str(tmp_path), "HYPERV_CACHE": str(tmp_path / "cache"), "HYPERV_PWSH_URL": server.url}
    return pwsh.find(environ=environ, checkout=tmp_path / "main", archive=archive)


def test_the_resolver_downloads_once_and_then_finds_it_in_the_cache(server: Server, tmp_path: Path) -> None:
    first = find(server, tmp_path, server.archive())
    assert isinstance(first, pwsh.Found), first
    assert (first.version, first.origin) == ("7.6.6", "downloaded")
    second = find(server, tmp_path, server.archive())
    assert isinstance(second, pwsh.Found)
    assert (second.path, second.origin) == (first.path, "in the cache")
    assert server.requests == 1


def test_a_failed_download_is_not_tried_again_by_every_process(server: Server, tmp_path: Path) -> None:
    server.status = 503
    for _round in range(3):
        answer = find(server, tmp_path, server.archive())
        assert isinstance(answer, pwsh.Missing)
        assert "answered 503" in answer.reason
    assert server.requests == 1


def test_a_failure_is_forgotten_after_a_while(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.status = 503
    assert isinstance(find(server, tmp_path, server.archive()), pwsh.Missing)
    server.status = 200
    monkeypatch.setattr(pwsh, "FAILURE_HOLDS_SECONDS", 0)
    assert isinstance(find(server, tmp_path, server.archive()), pwsh.Found)


def test_a_mirror_must_serve_the_pinned_archive(server: Server, tmp_path: Path) -> None:
    answer = find(server, tmp_path)
    assert isinstance(answer, pwsh.Missing)
    assert "has the SHA-256" in answer.reason


def test_the_pins_are_one_sum_a_platform() -> None:
    assert len(set(pwsh_archive.SUMS.values())) == len(pwsh_archive.SUMS)
    assert all(len(value) == 64 and int(value, 16) for value in pwsh_archive.SUMS.values())
    assert pwsh_archive.pinned("https://mirror.example.org/x/").url.startswith(
        f"https://mirror.example.org/x/powershell-{pwsh_archive.VERSION}-"
    )


def test_a_platform_without_a_pin_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwsh_archive, "platform_key", lambda: "plan9-mips")
    with pytest.raises(pwsh_archive.ArchiveError, match="plan9-mips"):
        pwsh_archive.pinned()
