// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The integration services setup disk and its setup.exe.

using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>
    /// Start-Process runs it with its real exit codes. Called directly, setup.exe is a script of this machine that hands
    /// over to Invoke-LabProgram, and the exit code is cut to a byte.
    /// </summary>
    public static class SetupProgram
    {
        const int Done = 0, UserCancelled = 1602, Failed = 1603, WrongPlatform = 1633, RebootStarted = 1641, RebootRequired = 3010;
        const string VersionFile = ".setup-version";

        static readonly string[] CabFamilies = { "Windows6.2", "Windows6.x" };

        static readonly string[] Drivers =
        {
            "Windows/System32/drivers/vmbus.sys", "Windows/System32/drivers/vmstorfl.sys",
        };

        /// <summary>Lays the disk out as on a 2012 or 2012 R2 host; a disk of another version is written anew.</summary>
        public static void WriteDisk(string folder, string version)
        {
            var mark = Path.Combine(folder, VersionFile);
            if (File.Exists(mark) && File.ReadAllText(mark) == version)
            {
                return;
            }
            foreach (var (arch, cab) in new[] { ("amd64", "x64"), ("x86", "x86") })
            {
                var at = Path.Combine(folder, "support", arch);
                Directory.CreateDirectory(at);
                foreach (var family in CabFamilies)
                {
                    File.WriteAllText(Path.Combine(at, family + "-HyperVIntegrationServices-" + cab + ".cab"), version + "\n");
                }
                WriteProgram(Path.Combine(at, "setup.exe"));
            }
            foreach (var file in new[] { "kmdf.inf", "WdfCoInstaller01007.dll", "Windows5.x-HyperVIntegrationServices-x86.msi" })
            {
                File.WriteAllText(Path.Combine(folder, "support", "x86", file), version + "\n");
            }
            File.WriteAllText(mark, version);
        }

        public static bool IsSetup(string file) => File.Exists(VersionOf(file));

        public static int Duration(Node guest) => guest.Read().Obj("setup").Int("delayMs");

        /// <summary>Runs setup in a guest: what the arguments ask for, what the state's "setup" lets it do.</summary>
        public static int Run(Node guest, string program, string arguments)
        {
            var switches = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.ToLowerInvariant()).ToArray();
            var folder = Path.GetDirectoryName(program);
            var version = File.ReadAllText(VersionOf(program)).Trim();
            guest.Log("event:setup", ("program", Path.GetFileName(folder) + "\\setup.exe"), ("arguments", arguments), ("version", version));
            var code = Install(guest, Path.GetFileName(folder), switches, version, out var story);
            WriteLog(guest, version, arguments, story, code);
            return code;
        }

        static int Install(Node guest, string arch, string[] switches, string version, out string story)
        {
            var state = guest.Read();
            var faults = state.Obj("setup");
            if (faults.Has("exitCode"))
            {
                story = faults.Text("log", "Setup has failed.");
                return faults.Int("exitCode", Failed);
            }
            if (!switches.Contains("/quiet"))
            {
                story = "Setup asked a question that nobody answered.";
                return UserCancelled;
            }
            if (!Json.Same(arch, state.Text("arch", "amd64")))
            {
                story = "This setup program is for another processor architecture.";
                return WrongPlatform;
            }
            if (!IsOlder(state.Text("icVersion"), version))
            {
                story = "The integration services are up to date already.";
                return Done;
            }
            var restart = !switches.Contains("/norestart");
            guest.Update(now => SetPending(now, version));
            story = "Installed; the new version takes effect at the next restart.";
            return restart && GuestRestart.Ask(guest) == GuestRestart.Done ? RebootStarted : RebootRequired;
        }

        /// <summary>A new version lies ready; the running one stays until the restart.</summary>
        public static void SetPending(JsonObject state, string version)
        {
            state["pendingIcVersion"] = version;
            state["rebootPending"] = true;
            var hive = new Hive(state, true);
            hive.Put(GuestPower.SessionManager, GuestPower.PendingRenames, new[] { @"\??\C:\Windows\vmguest.tmp", "" },
                Microsoft.Win32.RegistryValueKind.MultiString);
        }

        /// <summary>At the restart: the registry's version follows when Data Exchange starts, the drivers change now.</summary>
        public static void TakeEffect(Node guest, JsonObject state)
        {
            if (state.Text("pendingIcVersion") is string version && !state.Obj("setup").Flag("lost"))
            {
                state["icVersion"] = version;
                foreach (var driver in Drivers)
                {
                    VersionedFile.Write(Path.Combine(guest.SystemDrive, driver), version);
                }
            }
            state.Remove("pendingIcVersion");
        }

        public static bool IsOlder(string have, string want)
        {
            if (!Version.TryParse(want, out var wanted))
            {
                return false;
            }
            return !Version.TryParse(have, out var held) || held < wanted;
        }

        static string VersionOf(string program) => Path.Combine(Path.GetDirectoryName(program), "..", "..", VersionFile);

        static void WriteLog(Node guest, string version, string arguments, string story, int code)
        {
            var path = Path.Combine(guest.SystemDrive, "Windows", "vmguestsetup.log");
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            File.AppendAllText(path, string.Join("\r\n",
                "Hyper-V integration services setup " + version + ", arguments: " + arguments, story, "Exit code: " + code, ""));
        }

        static void WriteProgram(string path)
        {
            File.WriteAllText(path, "#!/bin/sh\n" +
                "LAB_PROGRAM=$(readlink -f \"$0\") LAB_ARGUMENTS=\"$*\"\n" +
                "export LAB_PROGRAM LAB_ARGUMENTS\n" +
                "exec pwsh -NoProfile -NonInteractive -Command 'exit (Invoke-LabProgram)'\n");
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
        }
    }
}
