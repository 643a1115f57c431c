// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the Data Exchange service writes into a guest's registry.

using System.Text.Json.Nodes;
using Microsoft.Win32;

namespace WindowsLab
{
    public static class GuestRegistry
    {
        const string Root = @"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine";
        public const string Auto = Root + @"\Auto";
        public const string External = Root + @"\External";
        public const string Guest = Root + @"\Guest";
        public const string Parameters = Guest + @"\Parameters";

        /// <summary>Effects of a service that has just started; only Data Exchange has any.</summary>
        public static void ServiceStarted(Node guest, JsonObject state, string service)
        {
            if (!Json.Same(service, GuestServices.DataExchange) || !state.Has("hostLink"))
            {
                return;
            }
            var hive = new Hive(state, true);
            hive.Make(Auto);
            if (state.Text("icVersion") is string version)
            {
                hive.Put(Auto, "IntegrationServicesVersion", version, RegistryValueKind.String);
            }
            var (host, vm) = GuestLink.HostOf(guest);
            if (vm != null)
            {
                WriteParameters(hive, host, vm);
                WriteExternal(hive, vm);
            }
        }

        /// <summary>Whether the host may write to the guest at all: running, switched on, and the service runs.</summary>
        public static bool TakesItems(Node host, JsonObject vm)
            => VmServices.Running(vm) && VmServices.Enabled(vm, ServiceKind.KeyValuePairExchange)
                && GuestLink.ServiceRuns(host, vm, ServiceKind.KeyValuePairExchange) == true;

        static void WriteExternal(Hive hive, JsonObject vm)
        {
            hive.Make(External);
            foreach (var item in vm.Obj("kvp").Obj("host") ?? new JsonObject())
            {
                hive.Put(External, item.Key, item.Value?.ToString() ?? "", RegistryValueKind.String);
            }
        }

        static void WriteParameters(Hive hive, Node host, JsonObject vm)
        {
            if (vm.Flag("disableHostKvpItems"))
            {
                return;
            }
            var os = host.Read().Obj("os");
            var version = (os.Text("version") ?? "10.0." + host.Build).Split('.');
            var full = host.ComputerName + "." + host.Domain;
            void Put(string name, string value) => hive.Put(Parameters, name, value, RegistryValueKind.String);
            Put("HostName", full);
            Put("PhysicalHostName", host.ComputerName);
            Put("PhysicalHostNameFullyQualified", full);
            Put("VirtualMachineName", vm.Text("name"));
            Put("VirtualMachineId", vm.Text("id").ToUpperInvariant());
            Put("HostingSystemOsMajor", version[0]);
            Put("HostingSystemOsMinor", version.Length > 1 ? version[1] : "0");
            Put("HostingSystemSpMajor", "0");
            Put("HostingSystemSpMinor", "0");
            Put("HostingSystemEditionId", os.Text("sku", "8"));
            Put("HostingSystemProcessorArchitecture", "9");
            Put("HostingSystemNestedLevel", "0");
            Put("VirtualMachineDynamicMemoryBalancingEnabled", vm.Flag("dynamicMemory") ? "1" : "0");
        }
    }
}
