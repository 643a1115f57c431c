// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The Hyper-V cmdlets as module 2.0.0.0 has them (2016 and later): with -CimSession and -Credential.

using System.Management.Automation;
using Microsoft.Management.Infrastructure;
using WindowsLab.HyperV;

namespace Microsoft.HyperV.PowerShell.Commands
{
    [Cmdlet("Get", "VM", DefaultParameterSetName = "Name")]
    public sealed class GetVM : GetVMBase
    {
        [Parameter(ParameterSetName = "Name")]
        [Parameter(ParameterSetName = "Id")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "Name")]
        [Parameter(ParameterSetName = "Id")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Get", "VMHost", DefaultParameterSetName = "ComputerName")]
    public sealed class GetVMHost : GetVMHostBase
    {
        [Parameter(ParameterSetName = "CimSession", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "ComputerName", Position = 1, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Get", "VMIntegrationService", DefaultParameterSetName = "VMName")]
    public sealed class GetVMIntegrationService : GetVMIntegrationServiceBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Enable", "VMIntegrationService", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class EnableVMIntegrationService : SetIntegrationBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;

        protected override bool On => true;
    }

    [Cmdlet("Disable", "VMIntegrationService", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class DisableVMIntegrationService : SetIntegrationBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;

        protected override bool On => false;
    }

    [Cmdlet("Get", "VMSnapshot", DefaultParameterSetName = "VMName")]
    [Alias("Get-VMCheckpoint")]
    public sealed class GetVMSnapshot : GetVMSnapshotBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "Id")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "Id")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Checkpoint", "VM", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class CheckpointVM : CheckpointVMBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Restore", "VMSnapshot", DefaultParameterSetName = "SnapshotName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [Alias("Restore-VMCheckpoint")]
    public sealed class RestoreVMSnapshot : RestoreVMSnapshotBase
    {
        [Parameter(ParameterSetName = "SnapshotName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "SnapshotName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Remove", "VMSnapshot", DefaultParameterSetName = "SnapshotName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [Alias("Remove-VMCheckpoint")]
    public sealed class RemoveVMSnapshot : RemoveVMSnapshotBase
    {
        [Parameter(ParameterSetName = "SnapshotName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "SnapshotName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Start", "VM", DefaultParameterSetName = "Name",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class StartVM : StartVMBase
    {
        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Stop", "VM", DefaultParameterSetName = "Name",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class StopVM : StopVMBase
    {
        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Copy", "VMFile", DefaultParameterSetName = "Name",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class CopyVMFile : CopyVMFileBase
    {
        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Get", "VMDvdDrive", DefaultParameterSetName = "VMName")]
    public sealed class GetVMDvdDrive : GetVMDvdDriveBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Set", "VMDvdDrive", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class SetVMDvdDrive : SetVMDvdDriveBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Add", "VMDvdDrive", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class AddVMDvdDrive : AddVMDvdDriveBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Remove", "VMDvdDrive", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class RemoveVMDvdDrive : RemoveVMDvdDriveBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Get", "VMHardDiskDrive", DefaultParameterSetName = "VMName")]
    public sealed class GetVMHardDiskDrive : GetVMHardDiskDriveBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Get", "VMNetworkAdapter", DefaultParameterSetName = "VMName")]
    public sealed class GetVMNetworkAdapter : GetVMNetworkAdapterBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "All")]
        [Parameter(ParameterSetName = "ManagementOS")]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "All")]
        [Parameter(ParameterSetName = "ManagementOS")]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }
}
