// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the host knows of a VM's integration services: offered, enabled, and in which status.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using IcStatus = Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus;

namespace WindowsLab
{
    public static class VmServices
    {
        /// <summary>Heartbeat of a paused VM: in the documentation of WMI, but not in PowerShell's enum.</summary>
        public const IcStatus PausedStatus = (IcStatus)15;

        /// <summary>Reads of this process that are not yet in the state: a thousand VMs must not be a thousand writes.</summary>
        static readonly Dictionary<(Node host, Guid vm), int> unwritten = new Dictionary<(Node host, Guid vm), int>();

        public static bool Running(JsonObject vm) => vm.Text("state", "Off").StartsWith("Running", StringComparison.OrdinalIgnoreCase);

        public static bool Paused(JsonObject vm) => vm.Text("state", "Off").StartsWith("Paused", StringComparison.OrdinalIgnoreCase);

        /// <summary>A VM without a list of services has those of its host's generation: 2012 has no Guest Service Interface.</summary>
        public static bool Offered(Node host, JsonObject vm, ServiceKind kind)
        {
            if (vm.Has("services"))
            {
                return vm.Obj("services").Has(kind.Key);
            }
            return kind != ServiceKind.GuestServiceInterface || host.Build >= Node.Windows2012R2;
        }

        /// <summary>Everything is on in a new VM, except Guest Service Interface.</summary>
        public static bool Enabled(JsonObject vm, ServiceKind kind)
        {
            if (!vm.Has("services"))
            {
                return kind != ServiceKind.GuestServiceInterface;
            }
            var given = vm.Obj("services").Get(kind.Key);
            return given is JsonObject entry ? entry.Flag("enabled") : vm.Obj("services").Flag(kind.Key);
        }

        /// <summary>The entry of a service to edit.</summary>
        public static JsonObject Entry(Node host, JsonObject vm, ServiceKind kind)
        {
            if (!vm.Has("services"))
            {
                var all = new JsonObject();
                foreach (var one in ServiceKind.All.Where(k => Offered(host, vm, k)))
                {
                    all[one.Key] = new JsonObject { ["enabled"] = Enabled(vm, one) };
                }
                vm["services"] = all;
            }
            if (!(vm.Obj("services").Get(kind.Key) is JsonObject entry))
            {
                entry = new JsonObject { ["enabled"] = Enabled(vm, kind) };
                vm.Obj("services")[kind.Key] = entry;
            }
            return entry;
        }

        /// <summary>Primary and secondary status of a service as the host reports it now.</summary>
        public static (IcStatus? primary, IcStatus? secondary) Status(Node host, JsonObject vm, ServiceKind kind)
        {
            var entry = vm.Obj("services").Obj(kind.Key);
            if (entry.Has("primary"))
            {
                return (Named(entry, "primary"), Named(entry, "secondary"));
            }
            if (Paused(vm))
            {
                return (kind == ServiceKind.Heartbeat && Enabled(vm, kind) ? PausedStatus : IcStatus.Ok, null);
            }
            if (!Running(vm))
            {
                return (null, null);
            }
            if (!Enabled(vm, kind))
            {
                return (IcStatus.Ok, null);
            }
            if (!InContact(host, vm, kind, entry))
            {
                return (IcStatus.NoContact, null);
            }
            if (vm.Flag("protocolMismatch"))
            {
                return (IcStatus.Ok, IcStatus.ProtocolMismatch);
            }
            if (entry.Has("secondary"))
            {
                return (IcStatus.Ok, Named(entry, "secondary"));
            }
            return (IcStatus.Ok, kind == ServiceKind.Heartbeat && !vm.Flag("linux") ? IcStatus.Ok : (IcStatus?)null);
        }

        public static string StatusText(JsonObject host, IcStatus? status)
        {
            if (status == null)
            {
                return null;
            }
            return HostTexts.Get(host, status == PausedStatus ? "Paused" : status.ToString());
        }

        /// <summary>One more read has passed: services that wait for their guest come nearer.</summary>
        public static void Read(Node host, JsonObject vm)
        {
            GuestLink.Of(host, vm)?.Refresh();
            if (!Running(vm) || !Guid.TryParse(vm.Text("id"), out var id))
            {
                return;
            }
            if (vm.Obj("services").Objects().Any(s => s.Value.Int("contactIn") > 0))
            {
                lock (unwritten)
                {
                    unwritten.TryGetValue((host, id), out var reads);
                    unwritten[(host, id)] = reads + 1;
                }
            }
            GuestLink.React(host, vm);
        }

        /// <summary>Writes the reads that have passed; called at the end of each cmdlet that reads.</summary>
        public static void WriteReads()
        {
            Node[] hosts;
            lock (unwritten)
            {
                hosts = unwritten.Keys.Select(k => k.host).Distinct().ToArray();
            }
            foreach (var host in hosts)
            {
                host.Update(state => state.Rows("vms").ForEach(vm => WriteReads(host, vm)));
                Forget(host);
            }
        }

        /// <summary>Takes the reads of one VM over into its state, which the caller is editing.</summary>
        public static void WriteReads(Node host, JsonObject vm)
        {
            int passed;
            lock (unwritten)
            {
                if (!Guid.TryParse(vm.Text("id"), out var id) || !unwritten.Remove((host, id), out passed))
                {
                    return;
                }
            }
            foreach (var entry in vm.Obj("services").Objects().Select(s => s.Value))
            {
                var left = entry.Int("contactIn") - passed;
                entry.Remove("contactIn");
                if (left > 0)
                {
                    entry["contactIn"] = left;
                }
            }
        }

        /// <summary>Reads of VMs that are gone have nowhere to be written to.</summary>
        static void Forget(Node host)
        {
            lock (unwritten)
            {
                foreach (var key in unwritten.Keys.Where(k => k.host == host).ToList())
                {
                    unwritten.Remove(key);
                }
            }
        }

        static bool InContact(Node host, JsonObject vm, ServiceKind kind, JsonObject entry)
        {
            var waiting = entry.Int("contactIn");
            if (waiting > 0)
            {
                Guid.TryParse(vm.Text("id"), out var id);
                lock (unwritten)
                {
                    unwritten.TryGetValue((host, id), out var passed);
                    waiting -= passed;
                }
            }
            if (waiting > 0 || vm.Flag("noDaemons"))
            {
                return false;
            }
            return GuestLink.ServiceRuns(host, vm, kind) ?? true;
        }

        static IcStatus? Named(JsonObject entry, string key)
            => Enum.TryParse<IcStatus>(entry.Text(key), true, out var value) ? value : (IcStatus?)null;
    }
}
