// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The Hyper-V cmdlets as module 1.1 has them (2012, 2012 R2): class names end in Command, no -CimSession and -Credential.

using System.Management.Automation;
using WindowsLab.HyperV;

namespace Microsoft.HyperV.PowerShell.Commands
{
    [Cmdlet("Get", "VM", DefaultParameterSetName = "Name")]
    public sealed class GetVMCommand : GetVMBase
    {
    }

    [Cmdlet("Get", "VMHost", DefaultParameterSetName = "ComputerName")]
    public sealed class GetVMHostCommand : GetVMHostBase
    {
    }

    [Cmdlet("Get", "VMIntegrationService", DefaultParameterSetName = "VMName")]
    public sealed class GetVMIntegrationServiceCommand : GetVMIntegrationServiceBase
    {
    }

    [Cmdlet("Enable", "VMIntegrationService", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class EnableVMIntegrationServiceCommand : SetIntegrationBase
    {
        protected override bool On => true;
    }

    [Cmdlet("Disable", "VMIntegrationService", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class DisableVMIntegrationServiceCommand : SetIntegrationBase
    {
        protected override bool On => false;
    }

    [Cmdlet("Get", "VMSnapshot", DefaultParameterSetName = "VMName")]
    [Alias("Get-VMCheckpoint")]
    public sealed class GetVMSnapshotCommand : GetVMSnapshotBase
    {
    }

    [Cmdlet("Checkpoint", "VM", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class CheckpointVMCommand : CheckpointVMBase
    {
    }

    [Cmdlet("Restore", "VMSnapshot", DefaultParameterSetName = "SnapshotName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [Alias("Restore-VMCheckpoint")]
    public sealed class RestoreVMSnapshotCommand : RestoreVMSnapshotBase
    {
    }

    [Cmdlet("Remove", "VMSnapshot", DefaultParameterSetName = "SnapshotName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [Alias("Remove-VMCheckpoint")]
    public sealed class RemoveVMSnapshotCommand : RemoveVMSnapshotBase
    {
    }

    [Cmdlet("Start", "VM", DefaultParameterSetName = "Name",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class StartVMCommand : StartVMBase
    {
    }

    [Cmdlet("Stop", "VM", DefaultParameterSetName = "Name",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class StopVMCommand : StopVMBase
    {
    }

    [Cmdlet("Copy", "VMFile", DefaultParameterSetName = "Name",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class CopyVMFileCommand : CopyVMFileBase
    {
    }

    [Cmdlet("Get", "VMDvdDrive", DefaultParameterSetName = "VMName")]
    public sealed class GetVMDvdDriveCommand : GetVMDvdDriveBase
    {
    }

    [Cmdlet("Set", "VMDvdDrive", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class SetVMDvdDriveCommand : SetVMDvdDriveBase
    {
    }

    [Cmdlet("Add", "VMDvdDrive", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class AddVMDvdDriveCommand : AddVMDvdDriveBase
    {
    }

    [Cmdlet("Remove", "VMDvdDrive", DefaultParameterSetName = "VMName",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class RemoveVMDvdDriveCommand : RemoveVMDvdDriveBase
    {
    }

    [Cmdlet("Get", "VMHardDiskDrive", DefaultParameterSetName = "VMName")]
    public sealed class GetVMHardDiskDriveCommand : GetVMHardDiskDriveBase
    {
    }

    [Cmdlet("Get", "VMNetworkAdapter", DefaultParameterSetName = "VMName")]
    public sealed class GetVMNetworkAdapterCommand : GetVMNetworkAdapterBase
    {
    }
}

namespace Microsoft.Vhd.PowerShell.Cmdlets
{
    [Cmdlet("Get", "VHD", DefaultParameterSetName = "Path")]
    public sealed class GetVhdCommand : GetVhdBase
    {
    }

    [Cmdlet("Mount", "VHD",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class MountVhdCommand : MountVhdBase
    {
    }

    [Cmdlet("Dismount", "VHD", DefaultParameterSetName = "Path",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class DismountVhdCommand : DismountVhdBase
    {
    }
}
