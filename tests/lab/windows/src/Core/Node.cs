// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// One simulated machine: a folder with state.json, calls.log and its disks.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;

namespace WindowsLab
{
    /// <summary>
    /// The state of a node. It is kept in memory and read again when the file has changed, so what other processes
    /// write is seen; the file is looked at once a cmdlet call and at most every few milliseconds in between.
    /// </summary>
    public sealed partial class Node
    {
        /// <summary>How long the file is taken as unchanged, in milliseconds; a read of 1,000 VMs looks at it a few times.</summary>
        const long TrustFor = 30;

        static readonly JsonSerializerOptions Pretty = new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

        static readonly JsonDocumentOptions Lenient = new JsonDocumentOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        };

        static readonly Dictionary<string, Node> Known = new Dictionary<string, Node>();

        JsonObject state;
        Dictionary<string, JsonObject> vmsById;
        readonly Dictionary<string, Node> siblings = new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase);
        (DateTime written, long size) version;
        long lookedAt = long.MinValue;

        Node(string folder)
        {
            Folder = folder;
            StateFile = Path.Combine(folder, "state.json");
        }

        public string Folder { get; }
        public string Name => Path.GetFileName(Folder);
        public bool Exists => File.Exists(StateFile);
        string StateFile { get; }

        /// <summary>The node of this process, named by HV_NODE.</summary>
        public static Node Current
        {
            get
            {
                var folder = Environment.GetEnvironmentVariable("HV_NODE");
                if (string.IsNullOrEmpty(folder))
                {
                    throw new InvalidOperationException("The lab's cmdlets need HV_NODE, the folder of a node.");
                }
                return At(folder);
            }
        }

        public static Node At(string folder)
        {
            lock (Known)
            {
                if (!Known.TryGetValue(folder, out var node))
                {
                    Known[folder] = node = new Node(Path.GetFullPath(folder).TrimEnd('/'));
                }
                return node;
            }
        }

        /// <summary>Another node of the same fleet, or null.</summary>
        public Node Sibling(string name)
        {
            if (string.IsNullOrEmpty(name) || name.Contains('/'))
            {
                return null;
            }
            lock (siblings)
            {
                if (!siblings.TryGetValue(name, out var node))
                {
                    node = FindSibling(name);
                    if (node != null)
                    {
                        siblings[name] = node;
                    }
                }
                return node;
            }
        }

        Node FindSibling(string name)
        {
            var fleet = Path.GetDirectoryName(Folder);
            var exact = Path.Combine(fleet, name);
            if (Directory.Exists(exact))
            {
                return At(exact);
            }
            var near = Directory.EnumerateDirectories(fleet).FirstOrDefault(d => Json.Same(Path.GetFileName(d), name));
            return near == null ? null : At(near);
        }

        /// <summary>The state as it is now. Shared: only the edit of an Update may change it.</summary>
        public JsonObject Read()
        {
            lock (this)
            {
                if (state == null || (!InBatch && Environment.TickCount64 - lookedAt >= TrustFor))
                {
                    Load();
                }
                return state;
            }
        }

        /// <summary>Lets the next read look at the file, however short ago it did.</summary>
        public Node Refresh()
        {
            lookedAt = long.MinValue / 2;
            return this;
        }

        /// <summary>A VM of this host, found without a search through all of them.</summary>
        public JsonObject Vm(Guid id) => Vm(id.ToString());

        public JsonObject Vm(string id)
        {
            lock (this)
            {
                var now = Read();
                if (vmsById == null)
                {
                    vmsById = new Dictionary<string, JsonObject>(StringComparer.OrdinalIgnoreCase);
                    foreach (var vm in now.Rows("vms"))
                    {
                        vmsById.TryAdd(vm.Text("id", ""), vm);
                    }
                }
                return vmsById.TryGetValue(id, out var hit) ? hit : null;
            }
        }

        /// <summary>Lets the caller edit the state and writes it: under a lock of all processes, replaced in one step.</summary>
        public T Update<T>(Func<JsonObject, T> edit)
        {
            lock (this)
            {
                WriteBatch();
                using (Lock())
                {
                    Load();
                    try
                    {
                        var result = edit(state);
                        Save();
                        return result;
                    }
                    catch
                    {
                        state = null;   // a half edited tree is worth nothing
                        throw;
                    }
                    finally
                    {
                        vmsById = null;
                    }
                }
            }
        }

        public void Update(Action<JsonObject> edit)
        {
            Update<object>(now =>
            {
                edit(now);
                return null;
            });
        }

        void Load()
        {
            var file = new FileInfo(StateFile);
            var found = file.Exists ? (file.LastWriteTimeUtc, file.Length) : (DateTime.MinValue, 0L);
            if (state == null || found != version)
            {
                vmsById = null;
                state = file.Exists ? (JsonObject)JsonNode.Parse(File.ReadAllText(StateFile), null, Lenient) : new JsonObject();
                version = found;
            }
            lookedAt = Environment.TickCount64;
        }

        void Save()
        {
            var fresh = StateFile + "." + Environment.ProcessId + ".tmp";
            File.WriteAllText(fresh, state.ToJsonString(Pretty) + "\n");
            // The clock of the file system is coarse: two writes within its tick would look alike.
            File.SetLastWriteTimeUtc(fresh, DateTime.UtcNow);
            File.Move(fresh, StateFile, true);
            var file = new FileInfo(StateFile);
            version = (file.LastWriteTimeUtc, file.Length);
            lookedAt = Environment.TickCount64;
        }

        FileStream Lock()
        {
            var until = DateTime.UtcNow.AddSeconds(30);
            while (true)
            {
                try
                {
                    return new FileStream(StateFile + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                }
                catch (IOException) when (DateTime.UtcNow < until)
                {
                    Thread.Sleep(5);
                }
            }
        }
    }
}
