// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the storage cmdlets share: disks and partitions of a node as objects with the type names of the real ones.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace WindowsLab.Storage
{
    public abstract class StorageCmdlet : LabCmdlet
    {
        const string TypePrefix = "Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/";
        protected const ulong SystemDiskSize = 512110190592;

        protected static PSObject Make(string type, params (string name, object value)[] values)
        {
            var made = new PSObject();
            made.TypeNames.Insert(0, TypePrefix + type);
            foreach (var (name, value) in values)
            {
                made.Properties.Add(new PSNoteProperty(name, value));
            }
            return made;
        }

        protected static object Of(PSObject from, string property) => from?.Properties[property]?.Value;

        protected static uint NumberOf(PSObject from, string property) => Convert.ToUInt32(Of(from, property));

        /// <summary>The error of a storage query that finds nothing.</summary>
        protected void Missing(string type, string property, object value)
        {
            var text = "No " + type + " objects found with property '" + property + "' equal to '" + value + "'.  " +
                "Verify the value of the property and retry.";
            var id = "CmdletizationQuery_NotFound_" + property;
            WriteError(new ErrorRecord(new ItemNotFoundException(text), id, ErrorCategory.ObjectNotFound, value));
        }

        protected void Fail(string text, ErrorCategory category, object target, string id)
            => WriteError(new ErrorRecord(new InvalidOperationException(text), id, category, target));

        protected List<PSObject> AllDisks()
            => MountedDisks.All(Here.Read()).Select(m => Disk(m.Key, m.Value)).Prepend(SystemDisk()).ToList();

        protected List<PSObject> AllPartitions()
        {
            var system = new JsonObject { ["number"] = 1, ["letter"] = "C", ["size"] = 511000000000 };
            var all = new List<PSObject> { Partition(0, system) };
            foreach (var mounted in MountedDisks.All(Here.Read()).Where(m => !m.Value.Flag("offline")))
            {
                all.AddRange(mounted.Value.Rows("partitions").Select(p => Partition(mounted.Value.Int("diskNumber"), p)));
            }
            return all;
        }

        /// <summary>Edits one partition of a mounted disk: its state, the path of the disk, the partition.</summary>
        protected bool Edit(uint disk, uint partition, Action<JsonObject, string, JsonObject> edit)
        {
            var done = Here.Update(state =>
            {
                var mounted = MountedDisks.ByNumber(state, disk);
                var found = mounted.Value.Rows("partitions").FirstOrDefault(p => p.Int("number") == partition);
                if (found != null)
                {
                    edit(state, mounted.Key, found);
                }
                return found != null;
            });
            if (!done)
            {
                Missing("MSFT_Partition", "PartitionNumber", partition);
            }
            MountedDisks.SyncDrives(SessionState, Here);
            return done;
        }

        static PSObject SystemDisk() => Make("MSFT_Disk",
            ("Number", 0u), ("DiskNumber", 0u), ("FriendlyName", "Contoso SSD"), ("OperationalStatus", "Online"),
            ("HealthStatus", "Healthy"), ("IsOffline", false), ("IsReadOnly", false), ("PartitionStyle", "GPT"),
            ("Size", SystemDiskSize), ("BusType", "NVMe"), ("Location", "Integrated"), ("IsSystem", true), ("IsBoot", true));

        static PSObject Disk(string path, JsonObject data)
        {
            var number = (uint)data.Int("diskNumber");
            return Make("MSFT_Disk",
                ("Number", number), ("DiskNumber", number), ("FriendlyName", "Msft Virtual Disk"),
                ("OperationalStatus", data.Flag("offline") ? "Offline" : "Online"), ("HealthStatus", "Healthy"),
                ("IsOffline", data.Flag("offline")), ("IsReadOnly", data.Flag("readOnly")),
                ("PartitionStyle", data.Text("partitionStyle", "GPT")), ("Size", (ulong)data.Long("size", 64424509440)),
                ("BusType", "File Backed Virtual"), ("Location", path), ("IsSystem", false), ("IsBoot", false),
                ("NumberOfPartitions", (uint)data.List("partitions").Count));
        }

        /// <summary>A partition without a letter has the character 0, not null.</summary>
        static PSObject Partition(int disk, JsonObject data)
        {
            var letter = string.IsNullOrEmpty(data.Text("letter")) ? '\0' : data.Text("letter")[0];
            var paths = new List<string>();
            if (letter != '\0')
            {
                paths.Add(letter + ":\\");
            }
            paths.AddRange(data.List("accessPaths").Select(p => p.ToString()));
            paths.Add("\\\\?\\Volume{00000000-0000-0000-" + disk.ToString("x4") + "-" + data.Int("number").ToString("x12") + "}\\");
            return Make("MSFT_Partition",
                ("DiskNumber", (uint)disk), ("PartitionNumber", (uint)data.Int("number")), ("DriveLetter", letter),
                ("Type", data.Text("type", "Basic")), ("Size", (ulong)data.Long("size")), ("IsBoot", disk == 0),
                ("IsSystem", data.Text("type") == "System"), ("IsHidden", false), ("IsReadOnly", false), ("IsOffline", false),
                ("NoDefaultDriveLetter", false), ("AccessPaths", paths.ToArray()), ("OperationalStatus", "Online"));
        }
    }
}
