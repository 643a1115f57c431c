// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The environment of a session on a node.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace WindowsLab
{
    public static class NodeEnvironment
    {
        public static string DismModule => Path.Combine(Build, "modules", "dism");
        public static string DismScript => Path.Combine(Build, "bin", "dism.ps1");
        static string Build => Path.GetDirectoryName(typeof(NodeEnvironment).Assembly.Location);

        public static void Apply(Node node)
        {
            SetModulePath(node);
            SetPath();
            // Names of environment variables have a case here, so each common spelling is set.
            Set(node.ComputerName, "COMPUTERNAME", "ComputerName", "computername");
            Set(@"C:\Windows", "SystemRoot", "SYSTEMROOT", "systemroot", "windir", "WINDIR", "WinDir");
            Set("C:", "SystemDrive", "SYSTEMDRIVE", "systemdrive");
            Set(@"C:\Program Files", "ProgramFiles", "PROGRAMFILES");
            Set(@"C:\ProgramData", "ProgramData", "PROGRAMDATA", "ALLUSERSPROFILE");
            Set("Windows_NT", "OS");
            Set(node.Read().Text("arch") == "x86" ? "x86" : "AMD64", "PROCESSOR_ARCHITECTURE");
            Set("lab", "USERNAME");
            var temp = Path.Combine(node.Folder, "temp");
            Directory.CreateDirectory(temp);
            Set(temp, "TEMP", "TMP", "TMPDIR", "temp", "tmp");
        }

        /// <summary>2016 and later carry both Hyper-V modules, earlier ones the old one only; Dism came with 8 and 2012.</summary>
        static void SetModulePath(Node node)
        {
            var modules = Path.Combine(Build, "modules");
            var paths = new List<string>();
            switch (node.HyperVModule)
            {
                case "none":
                    break;
                case "1.1":
                    paths.Add(Path.Combine(modules, "hyperv1"));
                    break;
                default:
                    paths.Add(Path.Combine(modules, "hyperv2"));
                    paths.Add(Path.Combine(modules, "hyperv1"));
                    break;
            }
            paths.Add(Path.Combine(modules, "windows"));
            if (node.Read().Flag("dismModule", node.Build >= Node.Windows2012))
            {
                paths.Add(DismModule);
            }
            // A session started from a session brings its parent's node along.
            var inherited = Split("PSModulePath").Where(p => !p.StartsWith(modules, StringComparison.Ordinal));
            Set(string.Join(":", paths.Concat(inherited)), "PSModulePath");
        }

        /// <summary>The machine's own shutdown must not be what a session finds.</summary>
        static void SetPath()
        {
            var bin = Path.Combine(Build, "bin");
            Set(string.Join(":", Split("PATH").Where(p => p != bin).Prepend(bin)), "PATH");
        }

        static string[] Split(string variable)
            => (Environment.GetEnvironmentVariable(variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

        static void Set(string value, params string[] names)
        {
            foreach (var name in names)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
