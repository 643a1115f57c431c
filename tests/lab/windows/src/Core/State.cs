// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;

namespace WinLab
{
    /// <summary>One simulated machine: a directory with state.json, calls.log and its C drive.</summary>
    public sealed class Node
    {
        static readonly JsonSerializerOptions Pretty = new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        static readonly JsonSerializerOptions OneLine = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        static readonly JsonNodeOptions NodeOptions = new JsonNodeOptions();
        static readonly Dictionary<string, (long stamp, long size, JsonObject json)> Cache = new Dictionary<string, (long, long, JsonObject)>();

        public string Dir { get; }
        public string Name => Path.GetFileName(Dir);
        string File_ => Path.Combine(Dir, "state.json");

        public Node(string dir) { Dir = Path.GetFullPath(dir).TrimEnd('/'); }

        public static Node Current
        {
            get
            {
                var dir = Environment.GetEnvironmentVariable("HV_NODE");
                if (string.IsNullOrEmpty(dir)) throw new InvalidOperationException("WinLab: HV_NODE is not set.");
                return new Node(dir);
            }
        }

        public bool Exists => System.IO.File.Exists(File_);

        /// <summary>The version of the Hyper-V module; "none" where there is no Hyper-V.</summary>
        public string HyperVModule => Read().Text("module") ?? (Read().Text("role") == "host" ? "2.0.0.0" : "none");

        public Node Sibling(string name)
        {
            var parent = Path.GetDirectoryName(Dir);
            var dir = Directory.Exists(parent)
                ? Directory.GetDirectories(parent).FirstOrDefault(d => string.Equals(Path.GetFileName(d), name, StringComparison.OrdinalIgnoreCase))
                : null;
            return dir == null ? null : new Node(dir);
        }

        /// <summary>The state as it is now. Shared and cached: never change what this returns.</summary>
        public JsonObject Read()
        {
            var info = new FileInfo(File_);
            if (!info.Exists) return new JsonObject();
            var stamp = info.LastWriteTimeUtc.Ticks;
            lock (Cache)
            {
                if (Cache.TryGetValue(File_, out var hit) && hit.stamp == stamp && hit.size == info.Length) return hit.json;
                var json = Parse();
                Cache[File_] = (stamp, info.Length, json);
                return json;
            }
        }

        JsonObject Parse()
        {
            var json = System.IO.File.Exists(File_)
                ? (JsonObject)JsonNode.Parse(System.IO.File.ReadAllText(File_), NodeOptions, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                : new JsonObject();
            return json;
        }

        /// <summary>Reads, lets the caller edit, writes back: under an exclusive lock, with an atomic replace.</summary>
        public T Update<T>(Func<JsonObject, T> edit)
        {
            using (Lock())
            {
                var json = Parse();
                var result = edit(json);
                var tmp = File_ + "." + Environment.ProcessId + "." + Environment.CurrentManagedThreadId + ".tmp";
                System.IO.File.WriteAllText(tmp, json.ToJsonString(Pretty) + "\n");
                System.IO.File.Move(tmp, File_, true);
                lock (Cache) Cache.Remove(File_);
                return result;
            }
        }

        public void Update(Action<JsonObject> edit) => Update<object>(s => { edit(s); return null; });

        FileStream Lock()
        {
            var until = DateTime.UtcNow.AddSeconds(30);
            while (true)
            {
                try { return new FileStream(File_ + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
                catch (IOException) when (DateTime.UtcNow < until) { Thread.Sleep(15); }
            }
        }

        /// <summary>One line in calls.log.</summary>
        public void Log(string what, IEnumerable<KeyValuePair<string, object>> values)
        {
            var bag = new JsonObject();
            foreach (var pair in values ?? Enumerable.Empty<KeyValuePair<string, object>>()) bag[pair.Key] = Words(pair.Value);
            var line = new JsonObject { ["ts"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), ["pid"] = Environment.ProcessId, ["cmdlet"] = what, ["params"] = bag };
            var bytes = System.Text.Encoding.UTF8.GetBytes(line.ToJsonString(OneLine) + "\n");
            for (var left = 50; ; left--)
            {
                try
                {
                    using (var file = new FileStream(Path.Combine(Dir, "calls.log"), FileMode.Append, FileAccess.Write, FileShare.Read)) file.Write(bytes, 0, bytes.Length);
                    return;
                }
                catch (IOException) when (left > 0) { Thread.Sleep(10); }
            }
        }

        static string Words(object value)
        {
            if (value is System.Management.Automation.PSObject wrapped) value = wrapped.BaseObject;
            if (value is null) return null;
            if (value is string text) return text;
            if (value is System.Management.Automation.PSCredential) return "(credential)";
            if (value is System.Collections.IEnumerable many) return string.Join(",", many.Cast<object>().Select(Words));
            return Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
        }

        /// <summary>C:\... as a path on this machine, each part found without regard to case.</summary>
        public string Local(string windowsPath)
        {
            if (windowsPath == null) return null;
            var path = windowsPath.Replace('\\', '/');
            if (path.Length < 2 || path[1] != ':') return path;
            var at = char.ToUpperInvariant(path[0]) == 'C' ? Path.Combine(Dir, "C") : DriveRoot(char.ToUpperInvariant(path[0])) ?? Path.Combine(Dir, path.Substring(0, 1).ToUpperInvariant());
            foreach (var part in path.Substring(2).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var exact = Path.Combine(at, part);
                if (!System.IO.File.Exists(exact) && !Directory.Exists(exact) && Directory.Exists(at))
                    exact = Directory.EnumerateFileSystemEntries(at).FirstOrDefault(e => string.Equals(Path.GetFileName(e), part, StringComparison.OrdinalIgnoreCase)) ?? exact;
                at = exact;
            }
            return at;
        }

        public bool FileExists(string windowsPath)
        {
            var local = Local(windowsPath);
            return System.IO.File.Exists(local) || Directory.Exists(local);
        }

        /// <summary>The directory behind a drive letter that a mounted disk was given.</summary>
        public string DriveRoot(char letter)
        {
            foreach (var disk in Read().Obj("vhds").Objects())
                if (disk.Value.Flag("attached"))
                    foreach (var part in disk.Value.List("partitions").OfType<JsonObject>())
                        if (part.Text("letter") is string l && l.Length == 1 && char.ToUpperInvariant(l[0]) == letter)
                            return PartitionDir(disk.Key, part);
            return null;
        }

        public string PartitionDir(string vhdPath, JsonObject part)
        {
            var given = part.Text("dir");
            var dir = given != null
                ? Path.Combine(Dir, given)
                : Path.Combine(Dir, "vhd", vhdPath.Replace('\\', '/').Split('/').Last(), part.Int("number").ToString());
            Directory.CreateDirectory(dir);
            if (!part.Flag("locked")) Versioned(dir, part.Obj("fileVersions"));
            return dir;
        }

        /// <summary>Files whose version a script can read: assemblies with nothing but their version attributes.</summary>
        public static void Versioned(string root, JsonObject files)
        {
            foreach (var pair in files ?? new JsonObject())
            {
                var path = Path.Combine(root, pair.Key);
                if (System.IO.File.Exists(path)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(path));
                System.Reflection.Emit.CustomAttributeBuilder Mark(Type t) => new System.Reflection.Emit.CustomAttributeBuilder(t.GetConstructor(new[] { typeof(string) }), new object[] { pair.Value.ToString() });
                var made = new System.Reflection.Emit.PersistedAssemblyBuilder(new System.Reflection.AssemblyName(Path.GetFileNameWithoutExtension(path)), typeof(object).Assembly,
                    new[] { Mark(typeof(System.Reflection.AssemblyFileVersionAttribute)), Mark(typeof(System.Reflection.AssemblyInformationalVersionAttribute)) });
                made.DefineDynamicModule(Path.GetFileName(path));
                made.Save(path);
            }
        }
    }

    /// <summary>Short ways to read a JSON tree.</summary>
    public static class Json
    {
        public static JsonNode Get(this JsonObject o, string key)
        {
            if (o == null) return null;
            if (o.TryGetPropertyValue(key, out var hit)) return hit;
            return null;
        }
        public static bool Has(this JsonObject o, string key) => o != null && o.ContainsKey(key);
        public static string Text(this JsonObject o, string key, string other = null)
        {
            var v = o.Get(key);
            if (v == null) return other;
            return v is JsonValue ? v.ToString() : v.ToJsonString();
        }
        public static bool Flag(this JsonObject o, string key, bool other = false)
        {
            var v = o.Text(key);
            return v == null ? other : string.Equals(v, "true", StringComparison.OrdinalIgnoreCase) || v == "1";
        }
        public static int Int(this JsonObject o, string key, int other = 0) => (int)o.Long(key, other);
        public static long Long(this JsonObject o, string key, long other = 0)
        {
            var v = o.Text(key);
            return v != null && long.TryParse(v, out var n) ? n : other;
        }
        public static JsonObject Obj(this JsonObject o, string key) => o.Get(key) as JsonObject;
        public static JsonArray List(this JsonObject o, string key) => o.Get(key) as JsonArray ?? new JsonArray();
        public static IEnumerable<KeyValuePair<string, JsonObject>> Objects(this JsonObject o)
            => o == null ? Enumerable.Empty<KeyValuePair<string, JsonObject>>() : o.Where(p => p.Value is JsonObject).Select(p => new KeyValuePair<string, JsonObject>(p.Key, (JsonObject)p.Value));
        public static JsonObject MakeObj(this JsonObject o, string key)
        {
            if (!(o.Get(key) is JsonObject child)) o[key] = child = new JsonObject();
            return child;
        }
        public static JsonArray MakeList(this JsonObject o, string key)
        {
            if (!(o.Get(key) is JsonArray child)) o[key] = child = new JsonArray();
            return child;
        }
        /// <summary>The key as spelt in the object, whatever its case.</summary>
        public static string Find(this JsonObject o, string key)
            => o?.Select(p => p.Key).FirstOrDefault(k => string.Equals(k, key, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Base of all the lab's cmdlets: logs each call once.</summary>
    public abstract class LabCmdlet : System.Management.Automation.PSCmdlet
    {
        bool logged;
        protected Node Here => Node.Current;
        protected virtual string LogName
        {
            get
            {
                foreach (System.Management.Automation.CmdletAttribute a in GetType().GetCustomAttributes(typeof(System.Management.Automation.CmdletAttribute), true)) return a.VerbName + "-" + a.NounName;
                return GetType().Name;
            }
        }
        void LogOnce()
        {
            if (logged) return;
            logged = true;
            Here.Log(LogName, MyInvocation.BoundParameters);
        }
        protected override void BeginProcessing() { if (!MyInvocation.ExpectingInput) LogOnce(); }
        protected override void ProcessRecord() { LogOnce(); Process(); }
        protected override void EndProcessing() { LogOnce(); Finish(); }
        protected virtual void Process() { }
        protected virtual void Finish() { }
    }
}
