// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The cmdlets for virtual disks as module 2.0.0.0 has them.

using System;
using System.Management.Automation;
using Microsoft.Management.Infrastructure;
using WindowsLab.HyperV;

namespace Microsoft.Vhd.PowerShell.Cmdlets
{
    [Cmdlet("Get", "VHD", DefaultParameterSetName = "Path")]
    public sealed class GetVhd : GetVhdBase
    {
        [Parameter]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;
    }

    [Cmdlet("Mount", "VHD",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class MountVhd : MountVhdBase
    {
        [Parameter]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;

        [Parameter(ValueFromPipelineByPropertyName = true)]
        public Guid? SnapshotId { get; set; }
    }

    [Cmdlet("Dismount", "VHD", DefaultParameterSetName = "Path",
        SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    public sealed class DismountVhd : DismountVhdBase
    {
        [Parameter]
        [ValidateNotNullOrEmpty]
        public CimSession[] CimSession { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        [Credential]
        public PSCredential[] Credential { get; set; }

        protected override CimSession[] Sessions => CimSession;

        [Parameter(ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
        public Guid? SnapshotId { get; set; }
    }
}
