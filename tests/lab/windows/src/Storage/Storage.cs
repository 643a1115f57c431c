// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using WinLab;

namespace WinLab.Storage
{
    public abstract class StorageBase : LabCmdlet
    {
        protected static PSObject Make(string type, params (string, object)[] values)
        {
            var o = new PSObject();
            o.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/" + type);
            foreach (var (name, value) in values) o.Properties.Add(new PSNoteProperty(name, value));
            return o;
        }

        protected void Missing(string what, string property, object value)
            => WriteError(new ErrorRecord(new ItemNotFoundException("No " + what + " objects found with property '" + property + "' equal to '" + value + "'.  Verify the value of the property and retry."), "CmdletizationQuery_NotFound_" + property, ErrorCategory.ObjectNotFound, value));

        protected void Fail(string text, ErrorCategory category, object target, string id = "StorageWMI 1") => WriteError(new ErrorRecord(new InvalidOperationException(text), id, category, target));

        protected static object Of(PSObject o, string name) => o?.Properties[name]?.Value;

        protected IEnumerable<PSObject> AllDisks()
        {
            yield return Make("MSFT_Disk", ("Number", 0u), ("DiskNumber", 0u), ("FriendlyName", "Contoso SSD"), ("OperationalStatus", "Online"), ("HealthStatus", "Healthy"), ("IsOffline", false), ("IsReadOnly", false), ("PartitionStyle", "GPT"), ("Size", 512110190592UL), ("BusType", "NVMe"), ("Location", "Integrated"), ("IsSystem", true), ("IsBoot", true));
            foreach (var m in Disks.Mounted(Here.Read()).OrderBy(m => m.Value.Int("diskNumber")))
                yield return Make("MSFT_Disk", ("Number", (uint)m.Value.Int("diskNumber")), ("DiskNumber", (uint)m.Value.Int("diskNumber")), ("FriendlyName", "Msft Virtual Disk"), ("OperationalStatus", m.Value.Flag("offline") ? "Offline" : "Online"), ("HealthStatus", "Healthy"),
                    ("IsOffline", m.Value.Flag("offline")), ("IsReadOnly", m.Value.Flag("readOnly")), ("PartitionStyle", m.Value.Text("partitionStyle", "GPT")), ("Size", (ulong)m.Value.Long("size", 64424509440)), ("BusType", "File Backed Virtual"), ("Location", m.Key), ("IsSystem", false), ("IsBoot", false), ("NumberOfPartitions", (uint)m.Value.List("partitions").Count));
        }

        protected IEnumerable<PSObject> AllPartitions()
        {
            yield return Partition(0, new JsonObject { ["number"] = 1, ["type"] = "Basic", ["letter"] = "C", ["size"] = 511000000000 }, true);
            foreach (var m in Disks.Mounted(Here.Read()).OrderBy(m => m.Value.Int("diskNumber")))
                if (!m.Value.Flag("offline"))
                    foreach (var p in m.Value.List("partitions").OfType<JsonObject>()) yield return Partition(m.Value.Int("diskNumber"), p, false);
        }

        PSObject Partition(int disk, JsonObject p, bool boot)
        {
            var letter = p.Text("letter") is string l && l != "" ? l[0] : '\0';
            var paths = new List<string>();
            if (letter != '\0') paths.Add(letter + ":\\");
            paths.AddRange(p.List("accessPaths").Select(x => x.ToString()));
            paths.Add("\\\\?\\Volume{00000000-0000-0000-" + disk.ToString("x4") + "-" + p.Int("number").ToString("x12") + "}\\");
            return Make("MSFT_Partition", ("DiskNumber", (uint)disk), ("PartitionNumber", (uint)p.Int("number")), ("DriveLetter", letter), ("Type", p.Text("type", "Basic")), ("Size", (ulong)p.Long("size")), ("IsBoot", boot), ("IsSystem", p.Text("type") == "System"),
                ("IsHidden", false), ("IsReadOnly", false), ("IsOffline", false), ("NoDefaultDriveLetter", false), ("AccessPaths", paths.ToArray()), ("OperationalStatus", "Online"));
        }

        /// <summary>Edits one partition of a mounted disk.</summary>
        protected bool Edit(uint disk, uint partition, Action<JsonObject, string, JsonObject> edit)
        {
            var done = Here.Update(s =>
            {
                var m = Disks.Mounted(s).FirstOrDefault(x => x.Value.Int("diskNumber") == disk);
                var p = m.Value.List("partitions").OfType<JsonObject>().FirstOrDefault(x => x.Int("number") == partition);
                if (p == null) return false;
                edit(s, m.Key, p);
                return true;
            });
            if (!done) Missing("MSFT_Partition", "PartitionNumber", partition);
            Disks.Drives(this, Here);
            return done;
        }
    }

    [Cmdlet("Get", "Disk", DefaultParameterSetName = "ByNumber")]
    public sealed class GetDisk : StorageBase
    {
        [Parameter(Position = 0, ParameterSetName = "ByNumber", ValueFromPipelineByPropertyName = true)] [Alias("DeviceId", "DiskNumber")] public uint[] Number { get; set; }
        [Parameter(ParameterSetName = "ByPartition", ValueFromPipeline = true)] public PSObject Partition { get; set; }
        protected override void Process()
        {
            var wanted = Partition != null && Of(Partition, "DiskNumber") is object n ? new[] { Convert.ToUInt32(n) } : Number;
            if (wanted == null) { WriteObject(AllDisks(), true); return; }
            foreach (var number in wanted)
            {
                var hit = AllDisks().FirstOrDefault(d => (uint)Of(d, "Number") == number);
                if (hit == null) Missing("MSFT_Disk", "Number", number); else WriteObject(hit);
            }
        }
    }

    [Cmdlet("Set", "Disk", DefaultParameterSetName = "ByNumberAttributes", SupportsShouldProcess = true)]
    public sealed class SetDisk : StorageBase
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByNumberAttributes", ValueFromPipelineByPropertyName = true)] [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByNumberOffline", ValueFromPipelineByPropertyName = true)] public uint Number { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "InputAttributes", ValueFromPipeline = true)] [Parameter(Mandatory = true, ParameterSetName = "InputOffline", ValueFromPipeline = true)] public PSObject InputObject { get; set; }
        [Parameter(ParameterSetName = "ByNumberAttributes")] [Parameter(ParameterSetName = "InputAttributes")] public bool IsReadOnly { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "ByNumberOffline")] [Parameter(Mandatory = true, ParameterSetName = "InputOffline")] public bool IsOffline { get; set; }
        protected override void Process()
        {
            var number = InputObject != null ? Convert.ToUInt32(Of(InputObject, "Number")) : Number;
            if (!ShouldProcess("disk " + number)) return;
            var found = Here.Update(s =>
            {
                var m = Disks.Mounted(s).FirstOrDefault(x => x.Value.Int("diskNumber") == number);
                if (m.Key == null) return false;
                if (MyInvocation.BoundParameters.ContainsKey("IsReadOnly")) m.Value["readOnly"] = IsReadOnly;
                if (MyInvocation.BoundParameters.ContainsKey("IsOffline")) { m.Value["offline"] = IsOffline; if (!IsOffline) Disks.Letters(s, m.Value); }
                return true;
            });
            if (!found) Missing("MSFT_Disk", "Number", number);
            Disks.Drives(this, Here);
        }
    }

    [Cmdlet("Get", "Partition", DefaultParameterSetName = "ByDiskNumber")]
    public sealed class GetPartition : StorageBase
    {
        [Parameter(Position = 0, ParameterSetName = "ByDiskNumber", ValueFromPipelineByPropertyName = true)] public uint[] DiskNumber { get; set; }
        [Parameter(Position = 1, ParameterSetName = "ByDiskNumber")] [Alias("Number")] public uint[] PartitionNumber { get; set; }
        [Parameter(ParameterSetName = "ByDriveLetter")] public char[] DriveLetter { get; set; }
        [Parameter(ParameterSetName = "ByDisk", ValueFromPipeline = true)] public PSObject Disk { get; set; }
        protected override void Process()
        {
            if (DriveLetter != null)
            {
                foreach (var c in DriveLetter)
                {
                    var hit = AllPartitions().FirstOrDefault(p => char.ToUpperInvariant((char)Of(p, "DriveLetter")) == char.ToUpperInvariant(c));
                    if (hit == null) Missing("MSFT_Partition", "DriveLetter", c); else WriteObject(hit);
                }
                return;
            }
            var disks = Disk != null && Of(Disk, "Number") is object n ? new[] { Convert.ToUInt32(n) } : DiskNumber;
            var hits = AllPartitions().Where(p => (disks == null || disks.Contains((uint)Of(p, "DiskNumber"))) && (PartitionNumber == null || PartitionNumber.Contains((uint)Of(p, "PartitionNumber")))).ToList();
            if (hits.Count == 0 && disks != null) Missing("MSFT_Partition", "DiskNumber", disks[0]);
            WriteObject(hits, true);
        }
    }

    [Cmdlet("Get", "Volume", DefaultParameterSetName = "ByDriveLetter")]
    public sealed class GetVolume : StorageBase
    {
        [Parameter(Position = 0, ParameterSetName = "ByDriveLetter")] public char[] DriveLetter { get; set; }
        [Parameter(ParameterSetName = "ByPartition", ValueFromPipeline = true)] public PSObject Partition { get; set; }
        [Parameter(ParameterSetName = "ByLabel")] public string[] FileSystemLabel { get; set; }
        protected override void Process()
        {
            var letters = Partition != null ? new[] { (char)Of(Partition, "DriveLetter") } : DriveLetter;
            IEnumerable<(char letter, JsonObject p)> raw = Disks.Mounted(Here.Read()).SelectMany(m => m.Value.List("partitions").OfType<JsonObject>()).Where(p => p.Text("letter") != null)
                .Select(p => (letter: p.Text("letter")[0], p)).Append(('C', new JsonObject { ["label"] = "System", ["size"] = 511000000000 }));
            foreach (var one in Here.Read().List("dvdDrives").OfType<JsonObject>()) raw = raw.Append((one.Text("letter", "D")[0], new JsonObject { ["label"] = one.Text("label"), ["driveType"] = "CD-ROM", ["size"] = 27590656, ["fileSystem"] = "CDFS" }));
            var hits = raw.Where(v => (letters == null || letters.Contains(v.letter)) && (FileSystemLabel == null || FileSystemLabel.Contains(v.p.Text("label", ""), StringComparer.OrdinalIgnoreCase)))
                .Select(v => Make("MSFT_Volume", ("DriveLetter", v.letter), ("FileSystemLabel", v.p.Text("label", "")), ("FileSystem", v.p.Flag("locked") ? "" : v.p.Text("fileSystem", "NTFS")), ("DriveType", v.p.Text("driveType", "Fixed")), ("HealthStatus", "Healthy"), ("OperationalStatus", "OK"), ("Size", (ulong)v.p.Long("size")), ("SizeRemaining", (ulong)v.p.Long("size") / 2))).ToList();
            if (hits.Count == 0 && DriveLetter != null) Missing("MSFT_Volume", "DriveLetter", DriveLetter[0]);
            WriteObject(hits, true);
        }
    }

    [Cmdlet("Get", "BitLockerVolume")]
    public sealed class GetBitLockerVolume : StorageBase
    {
        [Parameter(Position = 0, ValueFromPipeline = true)] public string[] MountPoint { get; set; }
        protected override void Process()
        {
            foreach (var p in Disks.Mounted(Here.Read()).SelectMany(m => m.Value.List("partitions").OfType<JsonObject>()).Where(p => p.Text("letter") != null && (MountPoint == null || MountPoint.Any(x => x.TrimEnd('\\', ':').Equals(p.Text("letter"), StringComparison.OrdinalIgnoreCase)))))
                WriteObject(Make("BitLockerVolume", ("MountPoint", p.Text("letter") + ":"), ("LockStatus", p.Flag("locked") ? "Locked" : "Unlocked"), ("VolumeStatus", p.Flag("locked") ? null : "FullyDecrypted"), ("ProtectionStatus", p.Flag("locked") ? "Unknown" : "Off")));
        }
    }

    public abstract class ImageBase : StorageBase
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] public string[] ImagePath { get; set; }
        protected PSObject Image(string path)
        {
            var (key, data) = Disks.Find(Here.Read(), path);
            if (key != null) return Make("MSFT_DiskImage", ("ImagePath", key), ("Attached", data.Flag("attached")), ("Number", data.Flag("attached") ? (object)(uint)data.Int("diskNumber") : null), ("Size", (ulong)data.Long("size")), ("StorageType", key.EndsWith("x", StringComparison.OrdinalIgnoreCase) ? 3u : 2u));
            if (Here.FileExists(path)) return Make("MSFT_DiskImage", ("ImagePath", path), ("Attached", Here.Read().List("isos").Any(i => i.ToString() == path)), ("Number", null), ("Size", 27590656UL), ("StorageType", 1u));
            Fail("The system cannot find the file specified. ", ErrorCategory.ObjectNotFound, path, "HRESULT 0x80070002");
            return null;
        }
    }

    [Cmdlet("Get", "DiskImage")]
    public sealed class GetDiskImage : ImageBase { protected override void Process() { foreach (var p in ImagePath) if (Image(p) is PSObject i) WriteObject(i); } }

    [Cmdlet("Mount", "DiskImage", SupportsShouldProcess = true)]
    public sealed class MountDiskImage : ImageBase
    {
        [Parameter] public SwitchParameter NoDriveLetter { get; set; }
        [Parameter] [ValidateSet("Unknown", "ReadWrite", "ReadOnly")] public string Access { get; set; } = "Unknown";
        [Parameter] public string StorageType { get; set; }
        [Parameter] public SwitchParameter PassThru { get; set; }
        protected override void Process()
        {
            foreach (var path in ImagePath)
            {
                if (!(Image(path) is PSObject image) || !ShouldProcess(path)) continue;
                if ((bool)Of(image, "Attached")) { Fail("The process cannot access the file because it is being used by another process. ", ErrorCategory.ResourceBusy, path, "HRESULT 0x80070020"); continue; }
                Here.Update(s => { var d = Disks.Find(s, path).data; if (d != null) Disks.Attach(s, d, !NoDriveLetter, Access == "ReadOnly"); else s.MakeList("isos").Add(path); });
                Disks.Drives(this, Here);
                if (PassThru) WriteObject(Image(path));
            }
        }
    }

    [Cmdlet("Dismount", "DiskImage", SupportsShouldProcess = true)]
    public sealed class DismountDiskImage : ImageBase
    {
        [Parameter] public SwitchParameter PassThru { get; set; }
        protected override void Process()
        {
            foreach (var path in ImagePath)
            {
                if (!(Image(path) is PSObject image) || !ShouldProcess(path)) continue;
                Here.Update(s =>
                {
                    if (Disks.Find(s, path).data is JsonObject d) Disks.Detach(d);
                    else if (s.MakeList("isos").FirstOrDefault(i => i.ToString() == path) is JsonNode gone) s.MakeList("isos").Remove(gone);
                });
                Disks.Drives(this, Here);
                if (PassThru) WriteObject(Image(path));
            }
        }
    }

    public abstract class AccessPathBase : StorageBase
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByDiskNumber", ValueFromPipelineByPropertyName = true)] public uint DiskNumber { get; set; }
        [Parameter(Mandatory = true, Position = 1, ParameterSetName = "ByDiskNumber", ValueFromPipelineByPropertyName = true)] [Alias("Number")] public uint PartitionNumber { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)] public PSObject InputObject { get; set; }
        [Parameter(Position = 2)] public string AccessPath { get; set; }
        [Parameter] public SwitchParameter PassThru { get; set; }
        protected uint Disk => InputObject != null ? Convert.ToUInt32(Of(InputObject, "DiskNumber")) : DiskNumber;
        protected uint Part => InputObject != null ? Convert.ToUInt32(Of(InputObject, "PartitionNumber")) : PartitionNumber;
        protected static bool Letter(string path) => path != null && path.TrimEnd('\\').Length == 2 && path[1] == ':';
    }

    [Cmdlet("Add", "PartitionAccessPath", DefaultParameterSetName = "ByDiskNumber", SupportsShouldProcess = true)]
    public sealed class AddPartitionAccessPath : AccessPathBase
    {
        [Parameter] public SwitchParameter AssignDriveLetter { get; set; }
        protected override void Process()
        {
            if (!ShouldProcess("partition " + Part)) return;
            if (!AssignDriveLetter && !Letter(AccessPath) && !Directory.Exists(Here.Local(AccessPath))) { Fail("The access path is not valid. ", ErrorCategory.InvalidArgument, AccessPath, "StorageWMI 42007"); return; }
            Edit(Disk, Part, (s, vhd, p) =>
            {
                if (AssignDriveLetter) p["letter"] = Disks.Free(s);
                else if (Letter(AccessPath)) p["letter"] = AccessPath.Substring(0, 1).ToUpperInvariant();
                else
                {
                    var at = Here.Local(AccessPath);
                    Directory.Delete(at);
                    File.CreateSymbolicLink(at, Here.PartitionDir(vhd, p));
                    p.MakeList("accessPaths").Add(AccessPath.TrimEnd('\\') + "\\");
                }
            });
        }
    }

    [Cmdlet("Remove", "PartitionAccessPath", DefaultParameterSetName = "ByDiskNumber", SupportsShouldProcess = true)]
    public sealed class RemovePartitionAccessPath : AccessPathBase
    {
        protected override void Process()
        {
            if (!ShouldProcess("partition " + Part)) return;
            Edit(Disk, Part, (s, vhd, p) =>
            {
                if (Letter(AccessPath)) { p.Remove("letter"); return; }
                var hit = p.List("accessPaths").FirstOrDefault(x => x.ToString().TrimEnd('\\').Equals(AccessPath.TrimEnd('\\'), StringComparison.OrdinalIgnoreCase));
                if (hit == null) return;
                p.List("accessPaths").Remove(hit);
                File.Delete(Here.Local(AccessPath.TrimEnd('\\')));
                Directory.CreateDirectory(Here.Local(AccessPath.TrimEnd('\\')));
            });
        }
    }
}
