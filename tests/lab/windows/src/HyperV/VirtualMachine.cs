// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Get-VM gives.

using System;
using System.Text.Json.Nodes;
using WindowsLab;
using IcStatus = Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus;

namespace Microsoft.HyperV.PowerShell
{
    public class VirtualMachine : VirtualMachineBase
    {
        internal VirtualMachine(Node node, JsonObject now) : base(node, now)
        {
        }

        public VMHeartbeatStatus? Heartbeat => HeartbeatNow();
        public string IntegrationServicesState => VersionReport.StateText(Node, Data);
        public Version IntegrationServicesVersion => VersionReport.Value(Node, Data);
        public TimeSpan Uptime => Alive ? TimeSpan.FromSeconds(Data.Long("uptimeSeconds", 3600)) : TimeSpan.Zero;
        public string Status => HostTexts.Get(Host, Data.Text("status", "Operating normally"));
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
        public CheckpointType CheckpointType => Given("checkpointType", CheckpointType.Production);
        public EnhancedSessionTransportType EnhancedSessionTransportType => EnhancedSessionTransportType.VMBus;
        public bool? NumaAligned => null;
        public int NumaNodesCount => 1;
        public int NumaSocketCount => 1;
        public bool ResourceMeteringEnabled => false;
        public VMReplicationMode ReplicationMode => Given("replicationMode", VMReplicationMode.None);
        public VMReplicationState ReplicationState => Given("replicationState",
            ReplicationMode == VMReplicationMode.None ? VMReplicationState.Disabled : VMReplicationState.Replicating);
        public VMReplicationHealthState ReplicationHealth => ReplicationState == VMReplicationState.Disabled
            ? VMReplicationHealthState.NotApplicable
            : VMReplicationHealthState.Normal;
        public VirtualMachineType VirtualMachineType => VirtualMachineType.RealizedVirtualMachine;
        public VirtualMachineSubType VirtualMachineSubType
            => Generation == 2 ? VirtualMachineSubType.Generation2 : VirtualMachineSubType.Generation1;

        internal override JsonObject VmData => Data;
        bool Alive => VmServices.Running(Data);

        internal override JsonObject Find() => Node.Vm(IdText);

        T Given<T>(string key, T other) where T : struct => Enum.TryParse<T>(Data.Text(key), true, out var value) ? value : other;

        VMHeartbeatStatus? HeartbeatNow()
        {
            var data = Data;
            if (data.Has("heartbeat"))
            {
                return Enum.TryParse<VMHeartbeatStatus>(data.Text("heartbeat"), true, out var given) ? given : (VMHeartbeatStatus?)null;
            }
            if (VmServices.Paused(data))
            {
                return VMHeartbeatStatus.Paused;
            }
            if (!Alive || !VmServices.Offered(Node, data, ServiceKind.Heartbeat))
            {
                return null;
            }
            if (!VmServices.Enabled(data, ServiceKind.Heartbeat))
            {
                return VMHeartbeatStatus.Disabled;
            }
            var (primary, secondary) = VmServices.Status(Node, data, ServiceKind.Heartbeat);
            switch (primary)
            {
                case null: return null;
                case IcStatus.NoContact: return VMHeartbeatStatus.NoContact;
                case IcStatus.LostCommunication: return VMHeartbeatStatus.LostCommunication;
                case IcStatus.Ok: break;
                default: return VMHeartbeatStatus.Error;
            }
            switch (secondary)
            {
                case IcStatus.Ok: return VMHeartbeatStatus.OkApplicationsHealthy;
                case IcStatus.ApplicationCritical: return VMHeartbeatStatus.OkApplicationsCritical;
                default: return VMHeartbeatStatus.OkApplicationsUnknown;
            }
        }
    }
}
