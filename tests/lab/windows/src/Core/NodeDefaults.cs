// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What a machine has by its role and Windows generation, written into its state where that does not say it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Microsoft.Win32;

namespace WindowsLab
{
    public static class NodeDefaults
    {
        public const string GuestInstaller =
            @"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\GuestInstaller\Version";
        const string NewInstallerValue = "Microsoft-Hyper-V-Guest-Installer";

        static readonly string[] OldInstallerValues =
        {
            NewInstallerValue + "-Win60-Package", NewInstallerValue + "-Win6x-Package",
        };

        /// <summary>Service, display name, the Windows build that brought it.</summary>
        static readonly (string name, string shown, int since)[] GuestServiceTable =
        {
            ("vmicguestinterface", "Hyper-V Guest Service Interface", Node.Windows2012R2),
            ("vmicheartbeat", "Hyper-V Heartbeat Service", 0),
            ("vmickvpexchange", "Hyper-V Data Exchange Service", 0),
            ("vmicrdv", "Hyper-V Remote Desktop Virtualization Service", Node.Windows2012),
            ("vmicshutdown", "Hyper-V Guest Shutdown Service", 0),
            ("vmictimesync", "Hyper-V Time Synchronization Service", 0),
            ("vmicvmsession", "Hyper-V PowerShell Direct Service", Node.Windows2016),
            ("vmicvss", "Hyper-V Volume Shadow Copy Requestor", 0),
        };

        static readonly HashSet<Node> applied = new HashSet<Node>();

        /// <summary>Called before a node is first looked at, from a session of its own or from its host; writes only what is missing.</summary>
        public static void Apply(Node node)
        {
            lock (applied)
            {
                if (!node.Exists || !applied.Add(node))
                {
                    return;
                }
            }
            var state = node.Read();
            if (!state.Has("services") && (node.IsHost || node.IsGuest))
            {
                AddServices(node);
            }
            if (node.IsHost && ReferenceVersion(node) is string version && !new Hive(state).Exists(GuestInstaller))
            {
                var old = node.Build < Node.Windows2012R2;
                var names = old ? OldInstallerValues : new[] { NewInstallerValue };
                node.Update(now =>
                {
                    foreach (var name in names)
                    {
                        new Hive(now, true).Put(GuestInstaller, name, version, RegistryValueKind.String);
                    }
                });
            }
            PrepareSetupDisk(node);
        }

        /// <summary>The version that a host's setup disk holds and its guests should have; null on hosts that have none.</summary>
        public static string ReferenceVersion(Node host)
        {
            var state = host.Read();
            if (state.Text("referenceVersion") is string given)
            {
                return given;
            }
            var hive = new Hive(state);
            foreach (var name in hive.ValueNames(GuestInstaller))
            {
                return Convert.ToString(hive.Value(GuestInstaller, name));
            }
            if (!host.ComparesVersions)
            {
                return null;
            }
            return host.Build < Node.Windows2012R2 ? "6.2.9200.16433" : "6.3.9600.16384";
        }

        static void PrepareSetupDisk(Node node)
        {
            var system = Path.Combine(node.SystemDrive, "Windows", "System32");
            var file = Path.Combine(system, Medium.SetupDisk);
            var unpacked = Path.Combine(node.SystemDrive, "Windows", "vmguest");
            if (!node.HasSetupDisk)
            {
                if (node.IsHost && File.Exists(file))
                {
                    File.Delete(file);
                }
                return;
            }
            Directory.CreateDirectory(system);
            if (!File.Exists(file))
            {
                File.WriteAllText(file, "The content of this image is in media/" + Medium.SetupDisk + ".\n");
            }
            if (!Directory.Exists(unpacked))
            {
                Directory.CreateSymbolicLink(unpacked, Medium.Of(node, @"C:\Windows\System32\" + Medium.SetupDisk).Folder);
            }
        }

        static void AddServices(Node node)
        {
            // The vmic services are listed on every Windows; only on a guest does a device start them.
            var list = new JsonArray();
            foreach (var (name, shown, _) in GuestServiceTable.Where(s => node.Build >= s.since))
            {
                var run = node.IsGuest && (GuestLink.HostWants(node, name) ?? name == "vmicrdv");
                var service = Service(name, shown, run ? "Running" : "Stopped", node.Build < Node.Windows2012 ? "Automatic" : "Manual");
                service["triggered"] = run;
                list.Add(service);
            }
            if (node.IsHost && node.HyperVModule != "none")
            {
                list.Add(Service("vmms", "Hyper-V Virtual Machine Management", "Running", "Automatic"));
                if (node.Build >= Node.Windows2016)
                {
                    list.Add(Service("vmcompute", "Hyper-V Host Compute Service", "Running", "Manual"));
                }
            }
            node.Update(state =>
            {
                state["services"] = list;
                if (node.IsGuest && GuestServices.Find(state, GuestServices.DataExchange).Text("status") == "Running")
                {
                    GuestRegistry.ServiceStarted(node, state, GuestServices.DataExchange);
                }
            });
        }

        static JsonObject Service(string name, string shown, string status, string start) => new JsonObject
        {
            ["name"] = name, ["displayName"] = shown, ["status"] = status, ["startType"] = start,
        };
    }
}
