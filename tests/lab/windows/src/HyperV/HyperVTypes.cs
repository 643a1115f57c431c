// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Management.Infrastructure;
using WinLab;
using IcStatus = Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus;

namespace Microsoft.HyperV.PowerShell
{
    public class VirtualizationException : Exception
    {
        public VirtualizationException(string message) : base(message) { }
        public string ErrorIdentifier { get; set; }
    }
    public class VirtualizationInvalidArgumentException : VirtualizationException
    {
        public VirtualizationInvalidArgumentException(string message) : base(message) { }
    }

    public abstract class VirtualizationObject
    {
        internal readonly Node Node;
        CimSession session;
        internal VirtualizationObject(Node node) { Node = node; }
        internal JsonObject Host => Node.Read();
        public CimSession CimSession => session = session ?? WinLab.LabSession.Make(".");
        public string ComputerName => Host.Text("computerName", Node.Name.ToUpperInvariant());
        public abstract bool IsDeleted { get; }
    }

    public class VMHost : VirtualizationObject
    {
        internal VMHost(Node node) : base(node) { }
        JsonObject Extra => Host.Obj("vmHost");
        public override bool IsDeleted => false;
        public string Name => ComputerName;
        public string FullyQualifiedDomainName => ComputerName + "." + Host.Text("domain", "lab.example");
        public int LogicalProcessorCount => Extra.Int("logicalProcessorCount", 16);
        public long MemoryCapacity => Extra.Long("memoryCapacity", 137438953472);
        public TimeSpan ResourceMeteringSaveInterval => TimeSpan.FromHours(1);
        public bool IovSupport => false;
        public string[] IovSupportReasons => new string[0];
        public IReadOnlyList<string> SupportedVmVersions
        {
            get
            {
                var build = Host.Obj("os").Int("build", 14393);
                var all = new[] { ("5.0", 9600), ("6.2", 14393), ("7.0", 14393), ("7.1", 14393), ("8.0", 14393), ("9.0", 17763), ("10.0", 20348), ("12.0", 26100) };
                return all.Where(v => v.Item2 <= build).Select(v => v.Item1).ToList();
            }
        }
        public bool EnableEnhancedSessionMode => false;
        public string FibreChannelWwnn => "C003FF0000FFFF00";
        public string MacAddressMinimum => "00155D010A00";
        public string MacAddressMaximum => "00155D010AFF";
        public bool NumaSpanningEnabled => true;
        public string VirtualHardDiskPath => @"C:\VMs";
        public string VirtualMachinePath => @"C:\ProgramData\Microsoft\Windows\Hyper-V";
        public uint MaximumStorageMigrations => 2;
        public uint MaximumVirtualMachineMigrations => 2;
        public bool UseAnyNetworkForMigration => false;
        public MigrationAuthenticationType VirtualMachineMigrationAuthenticationType => MigrationAuthenticationType.CredSSP;
        public bool VirtualMachineMigrationEnabled => Host.Obj("cluster") != null;
        public VMMigrationPerformance VirtualMachineMigrationPerformanceOption => VMMigrationPerformance.Compression;
        public override string ToString() => "VMHost (Name = '" + Name + "')";
    }

    /// <summary>A VM or a checkpoint: a JSON object found again at each access.</summary>
    public abstract class VirtualMachineBase : VirtualizationObject
    {
        JsonObject last;
        internal VirtualMachineBase(Node node, JsonObject now) : base(node) { last = now; Id = Guid.Parse(now.Text("id")); }
        internal abstract JsonObject Find();
        internal JsonObject Data => Find() is JsonObject now ? last = now : last;
        internal abstract JsonObject VmData { get; }
        public override bool IsDeleted => Find() == null;
        public Guid Id { get; }
        public string Name => Data.Text("name");
        public string Notes => Data.Text("notes", "");
        public int Generation => Data.Int("generation", VmData.Int("generation", 1));
        public bool IsClustered => VmData.Flag("clustered");
        public string Version => VmData.Text("version", "8.0");
        public virtual VMState State => Enum.Parse<VMState>(Data.Text("state", "Off"), true);
        public string Path => VmData.Text("path", @"C:\ProgramData\Microsoft\Windows\Hyper-V");
        public DateTime CreationTime => DateTime.Parse(Data.Text("created", "2024-01-01T00:00:00Z"), CultureInfo.InvariantCulture);
        public Guid? ParentSnapshotId => Guid.TryParse(Data.Text("parentSnapshot"), out var g) ? g : (Guid?)null;
        public string ParentSnapshotName => ParentSnapshotId is Guid g ? VmData.List("snapshots").OfType<JsonObject>().FirstOrDefault(s => Guid.Parse(s.Text("id")) == g)?.Text("name") : null;
        public long ProcessorCount => VmData.Int("cpus", 2);
        public bool DynamicMemoryEnabled => VmData.Flag("dynamicMemory");
        public long MemoryStartup => VmData.Long("memory", 4294967296);
        public long MemoryMinimum => 536870912;
        public long MemoryMaximum => 1099511627776;
        public long SizeOfSystemFiles => 73728;
        public bool GuestControlledCacheTypes => false;
        public bool BatteryPassthroughEnabled => true;
        public OnOffState? LockOnDisconnect => OnOffState.Off;
        public DvdDrive[] DVDDrives => Data.List("dvd").OfType<JsonObject>().Select(d => new DvdDrive(this, d)).ToArray();
        public HardDiskDrive[] HardDrives => Data.List("disks").OfType<JsonObject>().Select(d => new HardDiskDrive(this, d)).ToArray();
        public List<VMNetworkAdapter> NetworkAdapters => Data.List("adapters").OfType<JsonObject>().Select(a => new VMNetworkAdapter(this, a)).ToList();
        public List<VMIntegrationComponent> VMIntegrationService => Components(Host.Flag("listShowsNoStatus"));
        internal virtual bool IsSnapshot => false;

        internal List<VMIntegrationComponent> Components(bool mute = false)
        {
            var has = Data.Obj("services") ?? new JsonObject();
            return Component.All.Where(c => has.Has(c.Key)).Select(c => VMIntegrationComponent.Make(this, c, mute)).ToList();
        }
        public override string ToString() => GetType().Name + " (Name = '" + Name + "') [Id = '" + Id + "']";
    }

    public class VirtualMachine : VirtualMachineBase
    {
        internal VirtualMachine(Node node, JsonObject now) : base(node, now) { }
        internal override JsonObject Find() => WinLab.Services.Vm(Host, Id);
        internal override JsonObject VmData => Data;
        bool Alive => State.ToString().StartsWith("Running");

        public VMHeartbeatStatus? Heartbeat
        {
            get
            {
                if (Data.Has("heartbeat")) return Data.Text("heartbeat") is string h ? Enum.Parse<VMHeartbeatStatus>(h, true) : (VMHeartbeatStatus?)null;
                var c = Component.All[1];
                if (State.ToString().StartsWith("Paused")) return VMHeartbeatStatus.Paused;
                if (!Alive || Data.Obj("services")?.Has(c.Key) != true) return null;
                if (!WinLab.Services.On(Data, c.Key)) return VMHeartbeatStatus.Disabled;
                var (first, second) = WinLab.Services.Status(Node, Host, Data, c);
                switch (first)
                {
                    case IcStatus.NoContact: return VMHeartbeatStatus.NoContact;
                    case IcStatus.LostCommunication: return VMHeartbeatStatus.LostCommunication;
                    case IcStatus.Ok: break;
                    case null: return null;
                    default: return VMHeartbeatStatus.Error;
                }
                return second == IcStatus.Ok ? VMHeartbeatStatus.OkApplicationsHealthy
                    : second == IcStatus.ApplicationCritical ? VMHeartbeatStatus.OkApplicationsCritical : VMHeartbeatStatus.OkApplicationsUnknown;
            }
        }

        bool Compares => Host.Obj("os").Int("build", 14393) < 14393;
        public string IntegrationServicesState
            => !Alive ? "" : Data.Has("integrationServicesState") ? Texts.Get(Host, Data.Text("integrationServicesState", "")) : Compares ? Texts.Get(Host, Data.Flag("outdated") ? "Update required" : "Up to date") : "";
        public Version IntegrationServicesVersion
        {
            get
            {
                if (!Alive) return null;
                if (Data.Has("integrationServicesVersion")) return System.Version.TryParse(Data.Text("integrationServicesVersion"), out var v) ? v : null;
                if (Compares) return System.Version.TryParse(Data.Text("icVersion"), out var w) ? w : null;
                return Host.Text("versionReport", "zero") == "zero" ? new Version(0, 0) : null;
            }
        }
        public TimeSpan Uptime => Alive ? TimeSpan.FromSeconds(Data.Long("uptimeSeconds", 3600)) : TimeSpan.Zero;
        public string Status => Texts.Get(Host, Data.Text("status", "Operating normally"));
        public VMOperationalStatus[] OperationalStatus => new[] { VMOperationalStatus.Ok };
        public VMOperationalStatus? PrimaryOperationalStatus => VMOperationalStatus.Ok;
        public VMOperationalStatus? SecondaryOperationalStatus => null;
        public string PrimaryStatusDescription => Status;
        public string SecondaryStatusDescription => null;
        public string[] StatusDescriptions => new[] { Status };
        public int CPUUsage => Alive ? Data.Int("cpuUsage", 3) : 0;
        public long MemoryAssigned => Alive ? MemoryStartup : 0;
        public long MemoryDemand => Alive ? MemoryStartup / 2 : 0;
        public string MemoryStatus => "";
        public bool SmartPagingFileInUse => false;
        public string SmartPagingFilePath => Path;
        public string SnapshotFileLocation => Path;
        public string ConfigurationLocation => Path;
        public StartAction AutomaticStartAction => StartAction.StartIfRunning;
        public int AutomaticStartDelay => 0;
        public StopAction AutomaticStopAction => StopAction.Save;
        public bool AutomaticCheckpointsEnabled => false;
        public CheckpointType CheckpointType => Enum.Parse<CheckpointType>(Data.Text("checkpointType", "Production"), true);
        public EnhancedSessionTransportType EnhancedSessionTransportType => EnhancedSessionTransportType.VMBus;
        public bool? NumaAligned => null;
        public int NumaNodesCount => 1;
        public int NumaSocketCount => 1;
        public bool ResourceMeteringEnabled => false;
        public VMReplicationHealthState ReplicationHealth => ReplicationState == VMReplicationState.Disabled ? VMReplicationHealthState.NotApplicable : VMReplicationHealthState.Normal;
        public VMReplicationMode ReplicationMode => Enum.Parse<VMReplicationMode>(Data.Text("replicationMode", "None"), true);
        public VMReplicationState ReplicationState => Enum.Parse<VMReplicationState>(Data.Text("replicationState", ReplicationMode == VMReplicationMode.None ? "Disabled" : "Replicating"), true);
        public VirtualMachineType VirtualMachineType => VirtualMachineType.RealizedVirtualMachine;
        public VirtualMachineSubType VirtualMachineSubType => Generation == 2 ? VirtualMachineSubType.Generation2 : VirtualMachineSubType.Generation1;
    }

    public class VMSnapshot : VirtualMachineBase
    {
        internal VMSnapshot(Node node, Guid vm, JsonObject now) : base(node, now) { VMId = vm; }
        internal override JsonObject Find() => VmData.List("snapshots").OfType<JsonObject>().FirstOrDefault(s => Guid.Parse(s.Text("id")) == Id);
        internal override JsonObject VmData => WinLab.Services.Vm(Host, VMId) ?? new JsonObject();
        internal override bool IsSnapshot => true;
        public Guid VMId { get; }
        public string VMName => VmData.Text("name");
        public SnapshotType SnapshotType => Enum.Parse<SnapshotType>(Data.Text("type", "Standard"), true);
        public bool IsAutomaticCheckpoint => false;
        public override VMState State => Enum.Parse<VMState>(Data.Text("state", "Off"), true);
        public override string ToString() => "VMSnapshot (Name = '" + Name + "', VMName = '" + VMName + "') [Id = '" + Id + "', VMId = '" + VMId + "']";
    }

    public abstract class VMComponentObject : VirtualizationObject
    {
        internal readonly VirtualMachineBase Owner;
        internal VMComponentObject(VirtualMachineBase owner) : base(owner.Node) { Owner = owner; }
        public abstract string Name { get; }
        public abstract string Id { get; }
        public Guid VMId => Owner is VMSnapshot s ? s.VMId : Owner.Id;
        public string VMName => Owner is VMSnapshot s ? s.VMName : Owner.Name;
        public Guid VMSnapshotId => Owner is VMSnapshot s ? s.Id : Guid.Empty;
        public string VMSnapshotName => Owner is VMSnapshot s ? s.Name : "";
        public override bool IsDeleted => Owner.IsDeleted;
        public override string ToString() => GetType().Name + " (Name = '" + Name + "', VMName = '" + VMName + "') [Id = '" + Id + "', VMId = '" + VMId + "']";
    }

    public abstract class VMDevice : VMComponentObject { internal VMDevice(VirtualMachineBase owner) : base(owner) { } }

    public class VMIntegrationComponent : VMDevice
    {
        internal readonly Component Kind;
        readonly bool mute;
        int reads;
        internal VMIntegrationComponent(VirtualMachineBase owner, Component kind, bool mute) : base(owner) { Kind = kind; this.mute = mute; }
        internal static VMIntegrationComponent Make(VirtualMachineBase owner, Component kind, bool mute)
        {
            switch (kind.Key)
            {
                case "GuestServiceInterface": return new GuestServiceInterfaceComponent(owner, kind, mute);
                case "Shutdown": return new ShutdownComponent(owner, kind, mute);
                case "KeyValuePairExchange": return new DataExchangeComponent(owner, kind, mute);
                default: return new VMIntegrationComponent(owner, kind, mute);
            }
        }
        (IcStatus? first, IcStatus? second) Now => mute || Owner.IsSnapshot ? (null, null) : WinLab.Services.Status(Node, Host, Owner.Data, Kind);
        public bool Enabled => WinLab.Services.On(Owner.Data, Kind.Key);
        public IcStatus[] OperationalStatus => new[] { Now.first, Now.second }.Where(s => s != null).Select(s => s.Value).ToArray();
        public IcStatus? PrimaryOperationalStatus
        {
            get
            {
                // A script that polls one object sees time pass, as on a real host.
                if (!Owner.IsSnapshot && reads++ > 0) WinLab.Services.Tick(Node, Owner.Id);
                return Now.first;
            }
        }
        public string PrimaryStatusDescription => WinLab.Services.StatusText(Host, Now.first);
        public IcStatus? SecondaryOperationalStatus => Now.second;
        public string SecondaryStatusDescription => WinLab.Services.StatusText(Host, Now.second);
        public string[] StatusDescription => OperationalStatus.Select(s => WinLab.Services.StatusText(Host, s)).ToArray();
        public override string Name => Host.Obj("serviceNames").Text(Kind.Key) ?? Kind.Name(Host.Text("language", "en"));
        public override string Id => "Microsoft:" + Owner.Id.ToString().ToUpperInvariant() + "\\" + Kind.Guid;
        public override string ToString() => "VMIntegrationComponent (Name = '" + Name + "', VMName = '" + VMName + "') [Id = '" + Id + "', VMId = '" + VMId + "']";
    }
    public class GuestServiceInterfaceComponent : VMIntegrationComponent { internal GuestServiceInterfaceComponent(VirtualMachineBase o, Component k, bool m) : base(o, k, m) { } }
    public class ShutdownComponent : VMIntegrationComponent { internal ShutdownComponent(VirtualMachineBase o, Component k, bool m) : base(o, k, m) { } }
    public class DataExchangeComponent : VMIntegrationComponent { internal DataExchangeComponent(VirtualMachineBase o, Component k, bool m) : base(o, k, m) { } }

    public class VMDriveController : VMDevice
    {
        internal VMDriveController(VirtualMachineBase owner, ControllerType type, int number) : base(owner) { Type = type; ControllerNumber = number; }
        internal readonly ControllerType Type;
        public int ControllerNumber { get; }
        public Drive[] Drives => Owner.HardDrives.Cast<Drive>().Concat(Owner.DVDDrives).Where(d => d.ControllerType == Type && d.ControllerNumber == ControllerNumber).ToArray();
        public override string Name => Type + " Controller " + ControllerNumber;
        public override string Id => "Microsoft:" + Owner.Id.ToString().ToUpperInvariant() + "\\controller-" + Type + ControllerNumber;
    }

    public abstract class Drive : VMDevice
    {
        readonly JsonObject first;
        internal Drive(VirtualMachineBase owner, JsonObject now) : base(owner)
        {
            first = now;
            ControllerType = Enum.Parse<ControllerType>(now.Text("controllerType", owner.Generation == 2 ? "SCSI" : "IDE"), true);
            ControllerNumber = now.Int("controllerNumber");
            ControllerLocation = now.Int("controllerLocation");
        }
        protected abstract string ListName { get; }
        internal bool Is(JsonObject d) => Enum.Parse<ControllerType>(d.Text("controllerType", Owner.Generation == 2 ? "SCSI" : "IDE"), true) == ControllerType
            && d.Int("controllerNumber") == ControllerNumber && d.Int("controllerLocation") == ControllerLocation;
        internal JsonObject Now => Owner.Data.List(ListName).OfType<JsonObject>().FirstOrDefault(Is);
        protected JsonObject Data => Now ?? first;
        public override bool IsDeleted => base.IsDeleted || Now == null;
        public ControllerType ControllerType { get; internal set; }
        public int ControllerNumber { get; internal set; }
        public int ControllerLocation { get; internal set; }
        public string PoolName => "Primordial";
        public abstract string Path { get; }
        public override string Id => "Microsoft:" + Owner.Id.ToString().ToUpperInvariant() + "\\" + (ControllerType == ControllerType.IDE ? "83F8638B-8DCA-4152-9EDA-2CA8B33039B4" : "BA6163D9-04A1-4D29-B605-72E2FFB1DC7F") + "\\" + ControllerNumber + "\\" + ControllerLocation + "\\" + (ListName == "dvd" ? "D" : "L");
    }

    public class DvdDrive : Drive
    {
        internal DvdDrive(VirtualMachineBase owner, JsonObject now) : base(owner, now) { }
        protected override string ListName => "dvd";
        public override string Path => Data.Text("path");
        public DvdMediaType DvdMediaType => Path == null ? DvdMediaType.None : DvdMediaType.ISO;
        public override string Name => "DVD Drive on " + ControllerType + " controller number " + ControllerNumber + " at location " + ControllerLocation;
    }

    public class HardDiskDrive : Drive
    {
        internal HardDiskDrive(VirtualMachineBase owner, JsonObject now) : base(owner, now) { }
        protected override string ListName => "disks";
        public override string Path => Data.Text("path");
        public int? DiskNumber => Data.Has("diskNumber") ? Data.Int("diskNumber") : (int?)null;
        public ulong? MaximumIOPS => 0;
        public ulong? MinimumIOPS => 0;
        public Guid? QoSPolicyID => Guid.Empty;
        public bool? SupportPersistentReservations => Data.Flag("shared");
        public CacheAttributes? WriteHardeningMethod => CacheAttributes.Default;
        public override string Name => "Hard Drive on " + ControllerType + " controller number " + ControllerNumber + " at location " + ControllerLocation;
    }

    public class VMNetworkAdapter : VMDevice
    {
        readonly JsonObject data;
        internal VMNetworkAdapter(VirtualMachineBase owner, JsonObject now) : base(owner) { data = now; }
        public override string Name => data.Text("name", "Network Adapter");
        public override string Id => "Microsoft:" + Owner.Id.ToString().ToUpperInvariant() + "\\" + data.Text("id", "00000000-0000-0000-0000-000000000001").ToUpperInvariant();
        public string MacAddress => data.Text("mac", "00155D010A01");
        public string SwitchName => data.Text("switch", "External");
        public bool Connected => SwitchName != null;
        public bool IsManagementOs => false;
        public bool IsLegacy => data.Flag("legacy");
        public bool IsSynthetic => !IsLegacy;
        public VMNetworkAdapterOperationalStatus[] Status => Owner.State == VMState.Running ? new[] { VMNetworkAdapterOperationalStatus.Ok } : new VMNetworkAdapterOperationalStatus[0];
        public string[] StatusDescription => Status.Select(s => Texts.Get(Host, "Ok")).ToArray();
        /// <summary>Addresses come through Data Exchange, so they are empty without it.</summary>
        public string[] IPAddresses
        {
            get
            {
                var kvp = Component.All[2];
                if (Owner.State != VMState.Running || !WinLab.Services.On(Owner.Data, kvp.Key)) return new string[0];
                if (WinLab.Services.Status(Node, Host, Owner.Data, kvp).first != IcStatus.Ok) return new string[0];
                return data.List("ips").Select(i => i.ToString()).ToArray();
            }
        }
    }
}

namespace Microsoft.Vhd.PowerShell
{
    public class VirtualHardDisk
    {
        internal readonly Node Node;
        readonly JsonObject first;
        internal VirtualHardDisk(Node node, string path, JsonObject now) { Node = node; Path = path; first = now; }
        JsonObject Data => Node.Read().Obj("vhds").Obj(Node.Read().Obj("vhds").Find(Path) ?? "") ?? first;
        public string ComputerName => Node.Read().Text("computerName", Node.Name.ToUpperInvariant());
        public string Path { get; }
        public VhdFormat VhdFormat => Enum.Parse<VhdFormat>(Data.Text("format", Path.EndsWith("vhd", StringComparison.OrdinalIgnoreCase) ? "VHD" : "VHDX"), true);
        public VhdType VhdType => Enum.Parse<VhdType>(Data.Text("type", "Dynamic"), true);
        public ulong FileSize => (ulong)Data.Long("fileSize", 10737418240);
        public ulong Size => (ulong)Data.Long("size", 64424509440);
        public ulong? MinimumSize => (ulong)Data.Long("size", 64424509440);
        public uint LogicalSectorSize => 512;
        public uint PhysicalSectorSize => 4096;
        public uint BlockSize => 33554432;
        public string ParentPath => Data.Text("parent", "");
        public string DiskIdentifier => Data.Text("diskIdentifier", "4E55B4A7-0000-0000-0000-000000000001");
        public uint? FragmentationPercentage => 0;
        public uint Alignment => 1;
        public bool Attached => Data.Flag("attached") || Data.Flag("inUse");
        public uint? DiskNumber => Data.Flag("attached") ? (uint)Data.Int("diskNumber", 1) : (uint?)null;
        public uint? Number => DiskNumber;
        public bool IsPMEMCompatible => false;
    }
}
