// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-Disk and Set-Disk.

using System.Linq;
using System.Management.Automation;

namespace WindowsLab.Storage
{
    [Cmdlet("Get", "Disk", DefaultParameterSetName = "ByNumber")]
    public sealed class GetDisk : StorageCmdlet
    {
        [Parameter(Position = 0, ParameterSetName = "ByNumber", ValueFromPipelineByPropertyName = true)]
        [Alias("DeviceId", "DiskNumber")]
        public uint[] Number { get; set; }

        [Parameter(ParameterSetName = "ByPartition", ValueFromPipeline = true)]
        public PSObject Partition { get; set; }

        protected override void Process()
        {
            var wanted = Partition != null ? new[] { NumberOf(Partition, "DiskNumber") } : Number;
            if (wanted == null)
            {
                WriteObject(AllDisks(), true);
                return;
            }
            foreach (var number in wanted)
            {
                var hit = AllDisks().FirstOrDefault(d => NumberOf(d, "Number") == number);
                if (hit == null)
                {
                    Missing("MSFT_Disk", "Number", number);
                }
                else
                {
                    WriteObject(hit);
                }
            }
        }
    }

    /// <summary>Online and read-only are in different parameter sets: it takes two calls to set both.</summary>
    [Cmdlet("Set", "Disk", DefaultParameterSetName = "ByNumberAttributes", SupportsShouldProcess = true)]
    public sealed class SetDisk : StorageCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByNumberAttributes", ValueFromPipelineByPropertyName = true)]
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByNumberOffline", ValueFromPipelineByPropertyName = true)]
        [Alias("DiskNumber")]
        public uint Number { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "InputAttributes", ValueFromPipeline = true)]
        [Parameter(Mandatory = true, ParameterSetName = "InputOffline", ValueFromPipeline = true)]
        public PSObject InputObject { get; set; }

        [Parameter(ParameterSetName = "ByNumberAttributes")]
        [Parameter(ParameterSetName = "InputAttributes")]
        public bool IsReadOnly { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "ByNumberOffline")]
        [Parameter(Mandatory = true, ParameterSetName = "InputOffline")]
        public bool IsOffline { get; set; }

        protected override void Process()
        {
            var number = InputObject != null ? NumberOf(InputObject, "Number") : Number;
            if (!ShouldProcess("disk " + number))
            {
                return;
            }
            var target = MountedDisks.ByNumber(Here.Read(), number).Value;
            if (target.Text("setDiskError") is string text)
            {
                Fail(text, ErrorCategory.NotSpecified, number, "StorageWMI 4");
                return;
            }
            var found = Here.Update(state =>
            {
                var disk = MountedDisks.ByNumber(state, number).Value;
                if (disk != null && Bound("IsReadOnly"))
                {
                    disk["readOnly"] = IsReadOnly;
                }
                if (disk != null && Bound("IsOffline"))
                {
                    disk["offline"] = IsOffline;
                    if (!IsOffline)
                    {
                        MountedDisks.GiveLetters(state, disk);
                    }
                }
                return disk != null;
            });
            if (!found)
            {
                Missing("MSFT_Disk", "Number", number);
            }
            MountedDisks.SyncDrives(SessionState, Here);
        }
    }
}
