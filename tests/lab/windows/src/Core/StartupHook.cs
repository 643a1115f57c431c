// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The .NET start-up hook (DOTNET_STARTUP_HOOKS): makes a pwsh process a session on a node before its first command.

using System;
using System.IO;
using WindowsLab;

/// <summary>.NET finds this type by its name, outside any namespace.</summary>
internal class StartupHook
{
    public static void Initialize()
    {
        var node = Environment.GetEnvironmentVariable("HV_NODE");
        var isPowerShell = File.Exists(Path.Combine(AppContext.BaseDirectory, "System.Management.Automation.dll"));
        if (string.IsNullOrEmpty(node) || !isPowerShell)
        {
            return;
        }
        Directory.CreateDirectory(Path.Combine(Node.Current.SystemDrive, "Windows"));
        NodeEnvironment.Apply(Node.Current);
        NodeDefaults.Apply(Node.Current);
        GuestRestart.CatchUp(Node.Current);
        VersionedFile.WriteAll(Node.Current.SystemDrive, Node.Current.Read().Obj("fileVersions"));
        EngineDefaults.Extend();
    }
}
