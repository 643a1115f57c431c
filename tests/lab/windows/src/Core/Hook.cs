// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using WinLab;

/// <summary>Runs before a pwsh process starts (DOTNET_STARTUP_HOOKS): gives it the node's environment and a Registry provider in every runspace.</summary>
internal class StartupHook
{
    public static void Initialize()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HV_NODE"))) return;
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "System.Management.Automation.dll"))) return;
        Session.Environment_();
        Session.Providers();
    }
}

namespace WinLab
{
    public static class Session
    {
        static string Root => Path.GetDirectoryName(typeof(Session).Assembly.Location);

        static void Set(string value, params string[] names)
        {
            foreach (var name in names) Environment.SetEnvironmentVariable(name, value);
        }

        public static void Environment_()
        {
            var node = Node.Current;
            var state = node.Read();
            var module = node.HyperVModule;
            var paths = new System.Collections.Generic.List<string>();
            if (module == "1.1") paths.Add(Path.Combine(Root, "modules", "hyperv1"));
            else if (module != "none") { paths.Add(Path.Combine(Root, "modules", "hyperv2")); paths.Add(Path.Combine(Root, "modules", "hyperv1")); }
            paths.Add(Path.Combine(Root, "modules", "windows"));
            var lab = Path.Combine(Root, "modules");
            var old = (Environment.GetEnvironmentVariable("PSModulePath") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Where(p => !p.StartsWith(lab));
            Set(string.Join(":", paths.Concat(old)), "PSModulePath");

            var computer = state.Text("computerName", node.Name.ToUpperInvariant());
            Set(computer, "COMPUTERNAME", "ComputerName", "computername");
            Set(@"C:\Windows", "SystemRoot", "SYSTEMROOT", "systemroot", "windir", "WINDIR", "WinDir");
            Set("C:", "SystemDrive", "SYSTEMDRIVE", "systemdrive");
            Set(@"C:\Program Files", "ProgramFiles", "PROGRAMFILES");
            Set(@"C:\ProgramData", "ProgramData", "PROGRAMDATA", "ALLUSERSPROFILE");
            Set("Windows_NT", "OS");
            Set("AMD64", "PROCESSOR_ARCHITECTURE");
            Set("lab", "USERNAME");
            var temp = Path.Combine(node.Dir, "temp");
            Directory.CreateDirectory(temp);
            Set(temp, "TEMP", "TMP", "TMPDIR", "temp", "tmp");
            Directory.CreateDirectory(Path.Combine(node.Dir, "C", "Windows"));
            Node.Versioned(Path.Combine(node.Dir, "C"), state.Obj("fileVersions"));
        }

        /// <summary>Adds the Registry provider to the engine's own list, so that each new runspace of this process starts with it.</summary>
        public static void Providers()
        {
            InitialSessionState.CreateDefault2();   // fills the engine's cache of its built-in providers
            var helpers = typeof(PSObject).Assembly.GetType("System.Management.Automation.Runspaces.PSSnapInHelpers", true);
            var lazy = helpers.GetField("s_providerCache", BindingFlags.NonPublic | BindingFlags.Static).GetValue(null);
            var cache = (IDictionary)lazy.GetType().GetProperty("Value").GetValue(lazy);
            var entries = (IDictionary)cache[typeof(PSObject).Assembly];
            if (entries.Contains("Registry")) return;
            var entry = new SessionStateProviderEntry("Registry", typeof(Microsoft.PowerShell.Commands.RegistryProvider), null);
            entries.Add("Registry", entry);
        }
    }
}
