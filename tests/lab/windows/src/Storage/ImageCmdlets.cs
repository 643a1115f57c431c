// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-, Mount- and Dismount-DiskImage.

using System;
using System.Linq;
using System.Management.Automation;

namespace WindowsLab.Storage
{
    public abstract class ImageCmdlet : StorageCmdlet
    {
        const uint Iso = 1, Vhd = 2, Vhdx = 3;

        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        public string[] ImagePath { get; set; }

        protected PSObject Image(string path)
        {
            var (key, data) = MountedDisks.Find(Here.Read(), path);
            if (key != null)
            {
                var type = key.EndsWith("x", StringComparison.OrdinalIgnoreCase) ? Vhdx : Vhd;
                var number = data.Flag("attached") ? (object)(uint)data.Int("diskNumber") : null;
                return Image(key, data.Flag("attached"), number, (ulong)data.Long("size"), type);
            }
            if (Here.FileExists(path))
            {
                return Image(path, Here.Read().List("isos").Any(i => i.ToString() == path), null, 27590656, Iso);
            }
            Fail("The system cannot find the file specified. ", ErrorCategory.ObjectNotFound, path, "HRESULT 0x80070002");
            return null;
        }

        static PSObject Image(string path, bool attached, object number, ulong size, uint type)
            => Make("MSFT_DiskImage",
                ("ImagePath", path), ("Attached", attached), ("Number", number), ("Size", size), ("StorageType", type));
    }

    [Cmdlet("Get", "DiskImage")]
    public sealed class GetDiskImage : ImageCmdlet
    {
        protected override void Process() => WriteObject(ImagePath.Select(Image).Where(i => i != null), true);
    }

    [Cmdlet("Mount", "DiskImage", SupportsShouldProcess = true)]
    public sealed class MountDiskImage : ImageCmdlet
    {
        [Parameter]
        public SwitchParameter NoDriveLetter { get; set; }

        [Parameter]
        [ValidateSet("Unknown", "ReadWrite", "ReadOnly")]
        public string Access { get; set; } = "Unknown";

        [Parameter]
        public string StorageType { get; set; }

        [Parameter]
        public SwitchParameter PassThru { get; set; }

        protected override void Process()
        {
            foreach (var path in ImagePath)
            {
                if (!(Image(path) is PSObject image) || !ShouldProcess(path))
                {
                    continue;
                }
                if ((bool)Of(image, "Attached"))
                {
                    Fail("The process cannot access the file because it is being used by another process. ",
                        ErrorCategory.ResourceBusy, path, "HRESULT 0x80070020");
                    continue;
                }
                Mount(path);
                if (PassThru)
                {
                    WriteObject(Image(path));
                }
            }
        }

        void Mount(string path)
        {
            Here.Log("event:mount", ("path", path));
            Here.Update(state =>
            {
                if (MountedDisks.Find(state, path).data is System.Text.Json.Nodes.JsonObject disk)
                {
                    MountedDisks.Attach(state, disk, !NoDriveLetter, Access == "ReadOnly");
                }
                else
                {
                    state.MakeList("isos").Add(path);
                }
            });
            MountedDisks.SyncDrives(SessionState, Here);
        }
    }

    [Cmdlet("Dismount", "DiskImage", SupportsShouldProcess = true)]
    public sealed class DismountDiskImage : ImageCmdlet
    {
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        protected override void Process()
        {
            foreach (var path in ImagePath)
            {
                if (Image(path) == null || !ShouldProcess(path))
                {
                    continue;
                }
                Here.Log("event:dismount", ("path", path));
                Here.Update(state =>
                {
                    if (MountedDisks.Find(state, path).data is System.Text.Json.Nodes.JsonObject disk)
                    {
                        MountedDisks.Detach(disk);
                    }
                    else
                    {
                        var isos = state.MakeList("isos");
                        isos.Remove(isos.FirstOrDefault(i => i.ToString() == path));
                    }
                });
                MountedDisks.SyncDrives(SessionState, Here);
                if (PassThru)
                {
                    WriteObject(Image(path));
                }
            }
        }
    }
}
