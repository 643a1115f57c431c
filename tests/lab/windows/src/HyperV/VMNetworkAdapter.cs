// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Network adapters of a VM.

using System.Linq;
using System.Text.Json.Nodes;
using WindowsLab;
using IcStatus = Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus;

namespace Microsoft.HyperV.PowerShell
{
    public class VMNetworkAdapter : VMDevice
    {
        readonly JsonObject data;

        internal VMNetworkAdapter(VirtualMachineBase owner, JsonObject now) : base(owner)
        {
            data = now;
        }

        public override string Name => data.Text("name", "Network Adapter");
        public override string Id => IdPrefix + data.Text("id", "00000000-0000-0000-0000-000000000001").ToUpperInvariant();
        public string MacAddress => data.Text("mac", "00155D010A01");
        public string SwitchName => data.Text("switch", "External");
        public bool Connected => SwitchName != "";
        public bool IsManagementOs => false;
        public bool IsLegacy => data.Flag("legacy");
        public bool IsSynthetic => !IsLegacy;
        public VMNetworkAdapterOperationalStatus[] Status => Owner.State == VMState.Running
            ? new[] { VMNetworkAdapterOperationalStatus.Ok }
            : new VMNetworkAdapterOperationalStatus[0];
        public string[] StatusDescription => Status.Select(s => HostTexts.Get(Host, "Ok")).ToArray();

        /// <summary>Addresses come through Data Exchange, so they are empty without it.</summary>
        public string[] IPAddresses
        {
            get
            {
                var kvp = ServiceKind.KeyValuePairExchange;
                var known = Owner.State == VMState.Running && VmServices.Enabled(Owner.Data, kvp)
                    && VmServices.Status(Node, Owner.Data, kvp).primary == IcStatus.Ok;
                return known ? data.List("ips").Select(i => i.ToString()).ToArray() : new string[0];
            }
        }
    }
}
