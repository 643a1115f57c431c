# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.hyperv.integration.plugins.plugin_utils._linux_packages import (
    LinuxPackagesError,
    linux_packages,
)
from ansible_collections.hyperv.integration.plugins.plugin_utils._snapshot import SCHEMA

Data = dict[str, t.Any]


def rows(names: str) -> list[Data]:
    """Packages by name; C(*) behind one says held, C(!) broken."""
    states = {"*": "held", "!": "broken"}
    return [
        {"name": name.rstrip("*!"), "version": "1", "state": states.get(name[-1], "installed")}
        for name in names.split()
    ]


def guest(identity: str, manager: str | None, packages: str = "", metas: str = "", **more: t.Any) -> Data:
    name, *like = identity.split()
    return {
        "schema": SCHEMA,
        "kernel": "6.1.0-35-cloud-amd64",
        "kernels": ["6.1.0-35-cloud-amd64"],
        "guest": {"restart_pending": False},
        "distribution": {"id": name, "like": like, "package_manager": manager, "image": False},
        "packages": rows(packages),
        "kernel_packages": rows(metas),
        **more,
    }


@pytest.mark.parametrize(
    ("snapshot", "install", "daemons", "kernel"),
    [
        (
            guest("debian", "apt", "hyperv-daemons", "linux-headers-cloud-amd64 linux-image-cloud-amd64"),
            "hyperv-daemons",
            "hyperv-daemons",
            "linux-headers-cloud-amd64 linux-image-cloud-amd64",
        ),
        (guest("kali debian", "apt"), "hyperv-daemons", "", ""),
        (
            guest(
                "rhel fedora", "dnf", "hyperv-daemons hypervfcopyd hypervkvpd hypervvssd", "kernel kernel kernel-core"
            ),
            "hyperv-daemons",
            "hyperv-daemons hypervfcopyd hypervkvpd hypervvssd",
            "kernel kernel-core",
        ),
        # Who installed one daemon gets no other with an update.
        (guest("rocky rhel centos fedora", "dnf", "hypervkvpd", "kernel"), "hyperv-daemons", "hypervkvpd", "kernel"),
        (guest("ol fedora", "dnf", "hypervkvpd", "kernel-uek"), "hyperv-daemons", "hypervkvpd", "kernel-uek"),
        (guest("fedora", "dnf5", "hyperv-daemons", "kernel-core"), "hyperv-daemons", "hyperv-daemons", "kernel-core"),
        (guest("azurelinux", "dnf", "hypervkvpd", "kernel"), "hyperv-daemons", "hypervkvpd", "kernel"),
        (guest("sles suse", "zypper", "hyper-v", "kernel-default"), "hyper-v", "hyper-v", "kernel-default"),
        (
            guest("opensuse-leap suse opensuse", "zypper", "hyper-v", "kernel-azure"),
            "hyper-v",
            "hyper-v",
            "kernel-azure",
        ),
        (guest("alpine", "apk", "hvtools", "linux-virt"), "hvtools", "hvtools", "linux-virt"),
    ],
)
def test_each_family_has_its_packages(snapshot: Data, install: str, daemons: str, kernel: str) -> None:
    found = linux_packages(snapshot)
    assert (found["install"], found["daemons"], found["kernel"]) == (install.split(), daemons.split(), kernel.split())
    assert found["manager"] == snapshot["distribution"]["package_manager"]
    assert found["blocked"] is None


@pytest.mark.parametrize(
    ("running", "packages", "kernels", "install", "daemons", "advice"),
    [
        (
            "5.15.0-1063-azure",
            "linux-cloud-tools-5.15.0-1063-azure linux-cloud-tools-azure linux-cloud-tools-common",
            "linux-azure linux-image-azure",
            "azure",
            "linux-cloud-tools-azure linux-cloud-tools-common",
            [],
        ),
        (
            "5.15.0-113-generic",
            "linux-cloud-tools-5.15.0-113-generic linux-cloud-tools-common linux-cloud-tools-virtual",
            "linux-image-virtual linux-tools-virtual",
            "virtual",
            "linux-cloud-tools-common linux-cloud-tools-virtual",
            [],
        ),
        (
            "6.8.0-40-generic",
            "linux-cloud-tools-6.8.0-40-generic linux-cloud-tools-common",
            "linux-generic-hwe-22.04 linux-image-generic-hwe-22.04",
            "generic-hwe-22.04",
            "linux-cloud-tools-common",
            ["without linux-cloud-tools-generic-hwe-22.04"],
        ),
        (
            "6.8.0-1012-azure",
            "linux-cloud-tools-azure-lts-24.04 linux-cloud-tools-common",
            "linux-azure-lts-24.04",
            "azure-lts-24.04",
            "linux-cloud-tools-azure-lts-24.04 linux-cloud-tools-common",
            ["Install linux-cloud-tools-6.8.0-1012-azure"],
        ),
        ("5.15.0-1063-azure", "", "linux-azure", "azure", "", ["The role guest_services installs them"]),
        (
            "5.15.0-113-generic",
            "linux-cloud-tools-5.15.0-113-generic linux-cloud-tools-common",
            "",
            "",
            "linux-cloud-tools-common",
            ["linux-virtual or linux-generic"],
        ),
        (
            "3.13.0-32-generic",
            "hv-kvp-daemon-init",
            "linux-generic",
            "generic",
            "hv-kvp-daemon-init",
            ["3.13.0-32", "-generic"],
        ),
    ],
)
def test_ubuntu_has_daemons_for_each_kernel_flavour(
    running: str, packages: str, kernels: str, install: str, daemons: str, advice: list[str]
) -> None:
    found = linux_packages(guest("ubuntu debian", "apt", packages, kernels, kernel=running, kernels=[running]))
    metas = [f"linux-cloud-tools-{install}"] if install else []
    assert found["install"] == ["linux-cloud-tools-common", f"linux-cloud-tools-{running}", *metas]
    assert (found["daemons"], found["kernel"]) == (daemons.split(), kernels.split())
    assert len(found["advice"]) == len(advice)
    for words, text in zip(advice, found["advice"], strict=True):
        assert words in text


@pytest.mark.parametrize(
    ("snapshot", "words", "install"),
    [
        (guest("plan9", "apt", "hyperv-daemons"), "The packages of the distribution plan9 are not known", []),
        (guest("amzn fedora", "dnf", "", "kernel"), "distribution amzn are not known", []),
        (guest("rhel", "yum", "kmod-microsoft-hyper-v microsoft-hyper-v", "kernel"), "microsoft-hyper-v 1", []),
        (guest("centos rhel", "yum", "hypervkvpd", "kernel"), "Run 'yum update hypervkvpd kernel'", ["hyperv-daemons"]),
        (guest("photon", "tdnf", "hyper-v", "linux"), "Run 'tdnf update hyper-v linux'", ["hyper-v"]),
        (guest("arch", "pacman", "hyperv", "linux"), "pacman -Syu", ["hyperv"]),
        (guest("nixos", None), "virtualisation.hypervGuest.enable", []),
        (guest("gentoo", "portage"), "no official package", []),
        (guest("freebsd", "pkgng"), "freebsd-update", []),
        (guest("debian", None, "hyperv-daemons"), "No package manager was found", ["hyperv-daemons"]),
    ],
)
def test_nothing_is_updated_where_it_cannot_be_done_well(snapshot: Data, words: str, install: list[str]) -> None:
    found = linux_packages(snapshot)
    assert words in found["blocked"]
    assert (found["daemons"], found["kernel"], found["install"]) == ([], [], install)


def test_an_image_is_updated_as_a_whole() -> None:
    snapshot = guest("fedora", "dnf5", "hyperv-daemons", "kernel")
    snapshot["distribution"]["image"] = True
    found = linux_packages(snapshot)
    assert "image" in found["blocked"]
    assert (found["install"], found["daemons"], found["kernel"]) == ([], [], [])


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        ("6.1.0-35-cloud-amd64", "linux-image-cloud-amd64"),
        ("6.1.0-35-amd64", "linux-image-amd64"),
        ("6.1.0-35-rt-amd64", "linux-image-rt-amd64"),
        ("6.12.48+deb13-amd64", "linux-image-amd64"),
        ("6.12.48+deb13-cloud-amd64", "linux-image-cloud-amd64"),
    ],
)
def test_debian_without_a_meta_package_is_told_which_it_would_be(kernel: str, words: str) -> None:
    found = linux_packages(guest("debian", "apt", "hyperv-daemons", kernel=kernel))
    assert [text for text in found["advice"] if words + "." in text]


def test_the_kernel_of_somebody_else_is_not_guessed_to_be_one_of_debian() -> None:
    found = linux_packages(guest("debian", "apt", "hyperv-daemons", kernel="6.18.44-mine-v6"))
    assert found["advice"] == ["No package is installed that brings a newer kernel."]


def test_what_an_administrator_holds_is_told_and_left_alone() -> None:
    found = linux_packages(guest("debian", "apt", "hyperv-daemons*", "linux-image-amd64* linux-headers-amd64"))
    assert found["held"] == ["hyperv-daemons", "linux-image-amd64"]
    assert (found["daemons"], found["kernel"]) == ([], ["linux-headers-amd64"])
    assert found["advice"] == ["Held by an administrator, so not updated: hyperv-daemons, linux-image-amd64"]


def test_what_is_half_installed_is_told_and_tried_again() -> None:
    found = linux_packages(guest("debian", "apt", "hyperv-daemons!", "linux-image-amd64"))
    assert (found["broken"], found["daemons"]) == (["hyperv-daemons"], ["hyperv-daemons"])
    assert "hyperv-daemons" in found["advice"][0]


@pytest.mark.parametrize(
    ("pending", "kernels", "reasons"),
    [
        (False, ["6.1.0-35-cloud-amd64"], []),
        (True, ["6.1.0-35-cloud-amd64"], ["waits for a restart"]),
        (False, ["6.1.0-35-cloud-amd64", "6.1.0-37-cloud-amd64"], ["6.1.0-37-cloud-amd64 is installed"]),
    ],
)
def test_a_restart_is_needed_for_a_reason(pending: bool, kernels: list[str], reasons: list[str]) -> None:
    snapshot = guest("debian", "apt", "", "linux-image-amd64", guest={"restart_pending": pending}, kernels=kernels)
    restart = linux_packages(snapshot)["restart"]
    assert restart["needed"] is bool(reasons)
    for words, text in zip(reasons, restart["reasons"], strict=True):
        assert words in text


@pytest.mark.parametrize(
    ("name", "needed"),
    [("linux-image-amd64", True), ("kernel-core", True), ("linux-headers-amd64", False), ("kernel-devel", False)],
)
def test_a_new_build_of_the_same_release_needs_a_restart_too(name: str, needed: bool) -> None:
    before, after = (guest("debian", "apt", "", name) for _time in range(2))
    after["kernel_packages"][0]["version"] = "2"
    assert linux_packages(after, before)["restart"]["needed"] is needed
    assert linux_packages(after, after)["restart"]["needed"] is False


@pytest.mark.parametrize(
    ("manager", "program"), [("apt", None), ("dnf", "dnf"), ("dnf5", "dnf5"), ("zypper", "zypper")]
)
def test_the_distribution_is_asked_about_a_restart_where_it_can_tell(manager: str, program: str | None) -> None:
    check = linux_packages(guest("rhel", manager, "", "kernel"))["restart_check"]
    assert (check["argv"][0] if check else None) == program


def test_what_an_update_did_is_told_by_package() -> None:
    before = guest("rhel", "dnf", "hypervkvpd", "kernel linux-gone")
    after = guest("rhel", "dnf", "hypervkvpd!", "kernel kernel-core")
    after["kernel_packages"][1:1] = [{"name": "kernel", "version": "2", "state": "installed"}]
    assert linux_packages(after, before)["changed"] == [
        "hypervkvpd 1 -> 1 (broken)",
        "kernel 1 -> 1, 2",
        "kernel-core absent -> 1",
        "linux-gone 1 -> absent",
    ]
    assert linux_packages(after, after)["changed"] == []
    assert linux_packages(after)["changed"] == []


@pytest.mark.parametrize("wrong", [None, [], {}, {"schema": SCHEMA}, {"distribution": {"id": "debian"}}, "x"])
def test_what_is_no_snapshot_is_refused(wrong: t.Any) -> None:
    with pytest.raises(LinuxPackagesError, match="linux_hv_daemon_info"):
        linux_packages(wrong)
    if wrong is not None:
        with pytest.raises(LinuxPackagesError, match="linux_hv_daemon_info"):
            linux_packages(guest("debian", "apt"), wrong)


@pytest.mark.parametrize(
    ("manager", "module"), [("dnf5", "ansible.builtin.dnf5"), ("zypper", "community.general.zypper"), ("tdnf", None)]
)
def test_the_module_of_a_package_manager_has_its_full_name(manager: str, module: str | None) -> None:
    assert linux_packages(guest("rhel", manager, "", "kernel"))["module"] == module
