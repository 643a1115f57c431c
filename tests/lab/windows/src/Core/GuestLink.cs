// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The tie between a VM of a host and the guest node that plays its Windows.

using System;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    public static class GuestLink
    {
        /// <summary>The guest node of a VM, or null: most VMs of a fleet have none.</summary>
        public static Node Of(Node host, JsonObject vm)
        {
            if (!(vm.Text("guest") is string name) || !(host.Sibling(name) is Node guest) || !guest.Exists)
            {
                return null;
            }
            NodeDefaults.Apply(guest);
            GuestRestart.CatchUp(guest);
            return guest;
        }

        /// <summary>The host node and the VM of a guest node; nothing where it is not linked.</summary>
        public static (Node host, JsonObject vm) HostOf(Node guest)
        {
            var link = guest.Read().Obj("hostLink");
            if (link == null || !(guest.Sibling(link.Text("node")) is Node host) || !Guid.TryParse(link.Text("vmId"), out var id))
            {
                return (null, null);
            }
            return (host, host.Vm(id));
        }

        /// <summary>Whether the guest's service runs; null where there is no guest to ask.</summary>
        public static bool? ServiceRuns(Node host, JsonObject vm, ServiceKind kind)
        {
            var guest = Of(host, vm);
            if (guest == null)
            {
                return null;
            }
            var state = guest.Read();
            return GuestServices.Find(state, kind.GuestService).Text("status") == "Running" && !GuestRestart.IsDown(state);
        }

        /// <summary>Switches a service on the host; the guest's service follows, if its start type lets it.</summary>
        public static void Switch(Node host, Guid id, ServiceKind kind, bool on)
        {
            host.Log(on ? "event:enable" : "event:disable", ("vm", id), ("component", kind.Guid));
            host.UpdateSoon(state =>
            {
                var vm = host.Vm(id);
                VmServices.WriteReads(host, vm);
                var entry = VmServices.Entry(host, vm, kind);
                var wait = on && !entry.Flag("enabled") && VmServices.Running(vm);
                entry["enabled"] = on;
                entry.Remove("contactIn");
                if (wait)
                {
                    WaitForContact(state, entry);
                }
            });
            var now = host.Vm(id);
            if (VmServices.Running(now) && Of(host, now) is Node guest)
            {
                GuestServices.HostSwitched(guest, kind.GuestService, on);
            }
        }

        /// <summary>The guest answers some reads after it was switched on; the read that comes next counts as the first.</summary>
        public static void WaitForContact(JsonObject state, JsonObject entry)
            => entry["contactIn"] = state.Int("contactAfterReads", 1) + 1;

        /// <summary>Lets a guest come nearer to what the host wants, as each read of its VM on the host passes.</summary>
        public static void React(Node host, JsonObject vm)
        {
            if (Of(host, vm) is Node guest)
            {
                foreach (var kind in ServiceKind.All)
                {
                    GuestServices.Read(guest, kind.GuestService);
                }
            }
        }

        /// <summary>Whether the host wants a service of its guest to run; null where there is no host or no switch for it.</summary>
        public static bool? HostWants(Node guest, string service)
        {
            var kind = ServiceKind.ByGuestService(service);
            var (host, vm) = kind == null ? (null, null) : HostOf(guest);
            if (vm == null)
            {
                return null;
            }
            return VmServices.Offered(host, vm, kind) && VmServices.Enabled(vm, kind);
        }

        /// <summary>The intrinsic key-value pairs: those of the state, and of a linked guest what its registry publishes.</summary>
        public static JsonObject Intrinsic(Node host, JsonObject vm)
        {
            var items = (JsonObject)(vm.Obj("kvp").Obj("intrinsic") ?? new JsonObject()).DeepClone();
            if (Of(host, vm) is Node guest)
            {
                var hive = new Hive(guest.Read());
                foreach (var name in hive.ValueNames(GuestRegistry.Auto))
                {
                    items[name] = Convert.ToString(hive.Value(GuestRegistry.Auto, name));
                }
            }
            return items;
        }

        public static JsonObject Vm(JsonObject state, Guid id)
            => state.Rows("vms").FirstOrDefault(v => Guid.TryParse(v.Text("id"), out var g) && g == id);
    }
}
