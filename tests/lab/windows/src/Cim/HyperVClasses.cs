// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Classes of root/virtualization/v2: virtual machines, their settings and their integration components.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WindowsLab.Cim
{
    static class HyperVClasses
    {
        const ushort On = 2, Off = 3;

        static readonly Regex ComponentName = new Regex(
            "^Msvm_(Heartbeat|Shutdown|TimeSync|Vss|KvpExchange|GuestServiceInterface|Rdv)Component(SettingData)?$",
            RegexOptions.IgnoreCase);

        public static IEnumerable<LabCimInstance> Of(Node host, string name, string vmId)
        {
            switch (name.ToLowerInvariant())
            {
                case "msvm_computersystem":
                    return Vms(host, vmId).Select(vm => Machine(host, vm)).Prepend(HostSystem(host));
                case "msvm_virtualsystemsettingdata":
                    return Vms(host, vmId).SelectMany(vm => Settings(host, vm));
                case "msvm_virtualsystemmanagementservice":
                    return new[] { ManagementService(host) };
                case "msvm_summaryinformation":
                    return Vms(host, vmId).Select(vm => Summary(host, vm, null));
                case "msvm_concretejob":
                    return host.Read().Rows("jobs").Select(j => CimClasses.FromJson(host, CimClasses.HyperV, "Msvm_ConcreteJob", j));
                default:
                    var match = ComponentName.Match(name);
                    return match.Success ? Components(host, vmId, match.Groups[1].Value, match.Groups[2].Success) : null;
            }
        }

        /// <summary>The summary of a VM; WMI fills only what the request codes ask for.</summary>
        public static LabCimInstance Summary(Node host, JsonObject vm, ICollection<uint> wanted)
        {
            var made = New(host, "Msvm_SummaryInformation");
            var on = EnabledState(vm) == On;
            void Put(uint code, string name, object value)
                => made.Add(name, wanted == null || wanted.Count == 0 || wanted.Contains(code) ? value : null);
            Put(0, "Name", Upper(vm));
            Put(1, "ElementName", vm.Text("name"));
            Put(2, "CreationTime", DateTime.Parse(vm.Text("created", "2024-01-01T00:00:00Z"), CultureInfo.InvariantCulture));
            Put(3, "Notes", vm.Text("notes", ""));
            Put(4, "NumberOfProcessors", (ushort)vm.Int("cpus", 2));
            Put(100, "EnabledState", EnabledState(vm));
            Put(101, "ProcessorLoad", (ushort)(on ? 3 : 0));
            Put(103, "MemoryUsage", on ? 4096UL : 0UL);
            Put(104, "Heartbeat", on ? (object)Number(VmServices.Status(host, vm, ServiceKind.Heartbeat).primary) : null);
            Put(105, "UpTime", on ? (ulong)vm.Long("uptimeSeconds", 3600) * 1000 : 0UL);
            Put(106, "GuestOperatingSystem", GuestTalks(host, vm) ? GuestLink.Intrinsic(host, vm).Text("OSName") : null);
            Put(109, "HealthState", (ushort)5);
            Put(110, "OperationalStatus", new ushort[] { 2 });
            Put(111, "StatusDescriptions", new[] { HostTexts.Get(host.Read(), "Operating normally") });
            // The documentation lists two codes for it.
            var asked = wanted != null && wanted.Contains(132) ? 132u : 121u;
            Put(asked, "IntegrationServicesVersionState", (ushort)VersionReport.State(host, vm));
            return made;
        }

        static LabCimInstance New(Node host, string name) => new LabCimInstance(host, CimClasses.HyperV, name);

        static IEnumerable<JsonObject> Vms(Node host, string vmId)
        {
            if (vmId == null)
            {
                return host.Read().Rows("vms");
            }
            return host.Vm(vmId) is JsonObject one ? new[] { one } : new JsonObject[0];
        }

        static string Upper(JsonObject vm) => vm.Text("id").ToUpperInvariant();

        static ushort EnabledState(JsonObject vm)
        {
            switch (vm.Text("state", "Off").Replace("Critical", ""))
            {
                case "Running": return On;
                case "Off": return Off;
                case "Stopping": return 4;
                case "Saved": return 6;
                case "Paused": return 9;
                case "Starting": return 10;
                default: return 1;
            }
        }

        static LabCimInstance HostSystem(Node host)
            => New(host, "Msvm_ComputerSystem").Add("Caption", "Hosting Computer System")
                .Add("Description", "Microsoft Hosting Computer System").Add("ElementName", host.ComputerName)
                .Add("Name", host.ComputerName).Add("EnabledState", On).Add("HealthState", (ushort)5)
                .Add("OperationalStatus", new ushort[] { 2 });

        static LabCimInstance Machine(Node host, JsonObject vm)
        {
            var on = EnabledState(vm) == On;
            return New(host, "Msvm_ComputerSystem").Add("Caption", "Virtual Machine").Add("Description", "Microsoft Virtual Machine")
                .Add("ElementName", vm.Text("name")).Add("Name", Upper(vm)).Add("CreationClassName", "Msvm_ComputerSystem")
                .Add("EnabledState", EnabledState(vm)).Add("HealthState", (ushort)5).Add("OperationalStatus", new ushort[] { 2 })
                .Add("StatusDescriptions", new[] { HostTexts.Get(host.Read(), "Operating normally") })
                .Add("OnTimeInMilliseconds", on ? (ulong)vm.Long("uptimeSeconds", 3600) * 1000 : 0UL)
                .Add("ProcessID", on ? 4321u : 0u);
        }

        static IEnumerable<LabCimInstance> Settings(Node host, JsonObject vm)
            => vm.Rows("snapshots").Select(shot => Setting(host, vm, shot, "Snapshot")).Prepend(Setting(host, vm, vm, "System"));

        static LabCimInstance Setting(Node host, JsonObject vm, JsonObject of, string kind)
            => New(host, "Msvm_VirtualSystemSettingData").Add("Caption", "Virtual Machine Settings").Add("ElementName", of.Text("name"))
                .Add("InstanceID", "Microsoft:" + Upper(of)).Add("ConfigurationID", Upper(of))
                .Add("VirtualSystemIdentifier", Upper(vm)).Add("VirtualSystemType", "Microsoft:Hyper-V:" + kind + ":Realized")
                .Add("VirtualSystemSubType", "Microsoft:Hyper-V:SubType:" + vm.Int("generation", 1))
                .Add("Version", vm.Text("version", "8.0")).Add("Notes", new[] { of.Text("notes", "") });

        static LabCimInstance ManagementService(Node host)
            => New(host, "Msvm_VirtualSystemManagementService").Add("Caption", "Hyper-V Virtual System Management Service")
                .Add("ElementName", "Hyper-V Virtual System Management Service").Add("Name", "vmms")
                .Add("SystemName", host.ComputerName).Add("Started", true);

        static IEnumerable<LabCimInstance> Components(Node host, string vmId, string wmiName, bool settings)
        {
            var kind = ServiceKind.ByWmi(wmiName);
            if (kind == null)
            {
                return Vms(host, vmId).Select(vm => RemoteDesktop(host, vm, settings));
            }
            var offered = Vms(host, vmId).Where(vm => VmServices.Offered(host, vm, kind));
            return offered.Select(vm => settings ? ComponentSetting(host, vm, kind) : Component(host, vm, kind));
        }

        /// <summary>Remote Desktop Virtualization is in WMI and in no cmdlet.</summary>
        static LabCimInstance RemoteDesktop(Node host, JsonObject vm, bool settings)
            => New(host, "Msvm_RdvComponent" + (settings ? "SettingData" : "")).Add("Caption", "RDV").Add("ElementName", "RDV")
                .Add(settings ? "InstanceID" : "DeviceID", "Microsoft:" + Upper(vm) + "\\F8E65716-3CB3-4A06-9A60-1889C5CCCAB5")
                .Add("SystemName", Upper(vm)).Add("EnabledState", Off);

        static LabCimInstance ComponentSetting(Node host, JsonObject vm, ServiceKind kind)
        {
            var label = kind.NameOn(host.Read());
            var made = New(host, "Msvm_" + kind.Wmi + "ComponentSettingData").Add("Caption", label).Add("ElementName", label)
                .Add("InstanceID", "Microsoft:" + Upper(vm) + "\\" + kind.Guid)
                .Add("EnabledState", VmServices.Enabled(vm, kind) ? On : Off);
            if (kind == ServiceKind.Heartbeat)
            {
                made.Add("ErrorThreshold", 2u).Add("Interval", 2000u).Add("Latency", 1000u);
            }
            if (kind == ServiceKind.GuestServiceInterface && host.Build >= Node.Windows2016)
            {
                made.Add("DefaultEnabledStatePolicy", (ushort)3);
            }
            if (kind == ServiceKind.KeyValuePairExchange)
            {
                made.Add("HostExchangeItems", KvpItems.ToXml(vm.Obj("kvp").Obj("host"), KvpItems.FromHost))
                    .Add("HostOnlyItems", KvpItems.ToXml(vm.Obj("kvp").Obj("hostOnly"), KvpItems.HostOnly))
                    .Add("DisableHostKVPItems", vm.Flag("disableHostKvpItems"));
            }
            return made;
        }

        static LabCimInstance Component(Node host, JsonObject vm, ServiceKind kind)
        {
            VmServices.Read(host, vm);
            var (primary, secondary) = VmServices.Status(host, vm, kind);
            var known = new[] { primary, secondary }.Where(s => s != null).ToArray();
            var label = kind.NameOn(host.Read());
            var made = New(host, "Msvm_" + kind.Wmi + "Component").Add("Caption", label).Add("ElementName", label).Add("Name", label)
                .Add("DeviceID", "Microsoft:" + Upper(vm) + "\\" + kind.Guid).Add("SystemName", Upper(vm))
                .Add("EnabledState", VmServices.Enabled(vm, kind) ? On : Off)
                .Add("OperationalStatus", known.Select(s => (ushort)(int)s.Value).ToArray())
                .Add("StatusDescriptions", known.Select(s => VmServices.StatusText(host.Read(), s)).ToArray());
            if (kind == ServiceKind.KeyValuePairExchange)
            {
                var talks = GuestTalks(host, vm);
                made.Add("GuestIntrinsicExchangeItems",
                        KvpItems.ToXml(talks ? GuestLink.Intrinsic(host, vm) : null, KvpItems.Intrinsic))
                    .Add("GuestExchangeItems", KvpItems.ToXml(talks ? vm.Obj("kvp").Obj("guest") : null, KvpItems.FromGuest));
            }
            return made;
        }

        /// <summary>Items are there only while the VM runs, the service is on and the guest's side answers.</summary>
        static bool GuestTalks(Node host, JsonObject vm)
            => VmServices.Running(vm) && VmServices.Enabled(vm, ServiceKind.KeyValuePairExchange)
                && Number(VmServices.Status(host, vm, ServiceKind.KeyValuePairExchange).primary) == 2;

        static ushort? Number(Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus? status)
            => status == null ? (ushort?)null : (ushort)(int)status.Value;
    }
}
