// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the cmdlets of DISM give.

using System;

namespace Microsoft.Dism.Commands
{
    public class ImageObject
    {
        public string Path { get; set; }
        public bool Online { get; set; }
        public string WinPath { get; set; }
        public string SysDrivePath { get; set; }
        public bool RestartNeeded { get; set; }
        public string LogPath { get; set; }
        public string ScratchDirectory { get; set; }
        public string LogLevel { get; set; }
    }

    public enum PackageFeatureState
    {
        NotPresent = 0, UninstallPending = 1, Staged = 2, Removed = 3, Installed = 4, InstallPending = 5, Superseded = 6,
        PartiallyInstalled = 7,
    }

    public class BasicPackageObject : ImageObject
    {
        public string PackageName { get; set; }
        public PackageFeatureState PackageState { get; set; }
        public string ReleaseType { get; set; }
        public DateTime? InstallTime { get; set; }
    }

    public class AdvancedPackageObject : BasicPackageObject
    {
        public bool Applicable { get; set; }
        public string ProductName { get; set; }
        public string ProductVersion { get; set; }
        public string RestartRequired { get; set; }
    }
}
