// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Text.Json.Nodes;
using Microsoft.Win32;
using WinLab;

namespace WinLab
{
    /// <summary>The registry of a node: a flat map of full key path to values in state.json.</summary>
    public sealed class Hive
    {
        readonly JsonObject keys;
        public Hive(JsonObject state, bool write = false) { keys = write ? state.MakeObj("registry") : state.Obj("registry") ?? new JsonObject(); }

        static readonly string[] Roots = { "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS", "HKEY_CURRENT_CONFIG" };

        public static string Norm(string path)
        {
            var p = (path ?? "").Replace('/', '\\').Trim('\\');
            while (p.Contains("\\\\")) p = p.Replace("\\\\", "\\");
            var cut = p.IndexOf('\\');
            var head = (cut < 0 ? p : p.Substring(0, cut)).TrimEnd(':').ToUpperInvariant();
            var tail = cut < 0 ? "" : p.Substring(cut);
            switch (head)
            {
                case "HKLM": head = Roots[0]; break;
                case "HKCU": head = Roots[1]; break;
                case "HKCR": head = Roots[2]; break;
                case "HKU": head = Roots[3]; break;
                case "HKCC": head = Roots[4]; break;
            }
            return head + tail;
        }

        static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        static bool Under(string path, string parent) => path.StartsWith(parent + "\\", StringComparison.OrdinalIgnoreCase);

        public bool Exists(string path)
        {
            path = Norm(path);
            if (path == "" || Roots.Any(r => Same(r, path))) return true;
            return keys.Any(k => Same(k.Key, path) || Under(k.Key, path));
        }

        /// <summary>The path with the spelling that the registry holds.</summary>
        public string Spell(string path)
        {
            path = Norm(path);
            foreach (var k in keys)
                if (Same(k.Key, path) || Under(k.Key, path)) return k.Key.Substring(0, path.Length);
            return path;
        }

        public IEnumerable<string> Children(string path)
        {
            path = Norm(path);
            if (path == "") return Roots;
            var seen = new List<string>();
            foreach (var k in keys)
                if (Under(k.Key, path))
                {
                    var name = k.Key.Substring(path.Length + 1).Split('\\')[0];
                    if (!seen.Contains(name, StringComparer.OrdinalIgnoreCase)) seen.Add(name);
                }
            return seen.OrderBy(n => n, StringComparer.OrdinalIgnoreCase).ToList();
        }

        JsonObject Values(string path)
        {
            var name = keys.Find(Norm(path));
            return name == null ? null : keys.Obj(name);
        }

        public IEnumerable<string> Names(string path) => Values(path)?.Select(v => v.Key).ToList() ?? Enumerable.Empty<string>();
        public string NameOf(string path, string value) => Values(path).Find(value);

        public RegistryValueKind Kind(string path, string value)
        {
            var v = Values(path).Get(NameOf(path, value) ?? "");
            if (v is JsonObject o && Enum.TryParse<RegistryValueKind>(o.Text("type", "String"), true, out var kind)) return kind;
            if (v is JsonArray) return RegistryValueKind.MultiString;
            return v is JsonValue j && j.GetValueKind() == System.Text.Json.JsonValueKind.Number ? RegistryValueKind.DWord : RegistryValueKind.String;
        }

        public object Value(string path, string value, bool expand = true)
        {
            var name = NameOf(path, value);
            if (name == null) return null;
            var v = Values(path).Get(name);
            var data = v is JsonObject o ? o.Get("data") : v;
            switch (Kind(path, name))
            {
                case RegistryValueKind.DWord: return unchecked((int)long.Parse(data?.ToString() ?? "0"));
                case RegistryValueKind.QWord: return long.Parse(data?.ToString() ?? "0");
                case RegistryValueKind.MultiString: return (data as JsonArray ?? new JsonArray()).Select(x => x?.ToString() ?? "").ToArray();
                case RegistryValueKind.Binary: return (data as JsonArray ?? new JsonArray()).Select(x => byte.Parse(x.ToString())).ToArray();
                case RegistryValueKind.ExpandString:
                    var text = data?.ToString() ?? "";
                    return expand ? Environment.ExpandEnvironmentVariables(text) : text;
                default: return data?.ToString() ?? "";
            }
        }

        public void Make(string path) { path = Norm(path); if (keys.Find(path) == null) keys[Spell(Parent(path)) is string p && p != "" ? p + "\\" + Leaf(path) : path] = new JsonObject(); }
        public static string Parent(string path) { path = Norm(path); var cut = path.LastIndexOf('\\'); return cut < 0 ? "" : path.Substring(0, cut); }
        public static string Leaf(string path) { path = Norm(path); return path.Substring(path.LastIndexOf('\\') + 1); }

        public void Put(string path, string value, object data, RegistryValueKind kind)
        {
            Make(path);
            var values = Values(path);
            var name = NameOf(path, value) ?? value;
            JsonNode json;
            switch (kind)
            {
                case RegistryValueKind.DWord:
                    json = data == null ? 0L : data is uint u ? unchecked((int)u) : (long)unchecked((int)LanguagePrimitives.ConvertTo<long>(data)); break;
                case RegistryValueKind.QWord: json = LanguagePrimitives.ConvertTo<long>(data ?? 0); break;
                case RegistryValueKind.MultiString: json = new JsonArray((LanguagePrimitives.ConvertTo<string[]>(data) ?? new string[0]).Select(s => (JsonNode)s).ToArray()); break;
                case RegistryValueKind.Binary: json = new JsonArray((LanguagePrimitives.ConvertTo<byte[]>(data) ?? new byte[0]).Select(b => (JsonNode)(int)b).ToArray()); break;
                default: json = LanguagePrimitives.ConvertTo<string>(data) ?? ""; break;
            }
            values[name] = kind == RegistryValueKind.String ? json : new JsonObject { ["type"] = kind.ToString(), ["data"] = json };
        }

        public bool Drop(string path, string value)
        {
            var name = NameOf(path, value);
            return name != null && Values(path).Remove(name);
        }

        public void DropKey(string path)
        {
            path = Norm(path);
            var parent = Spell(Parent(path));
            foreach (var k in keys.Select(k => k.Key).Where(k => Same(k, path) || Under(k, path)).ToList()) keys.Remove(k);
            if (parent.Contains('\\') && keys.Find(parent) == null) keys[parent] = new JsonObject();
        }

        public static RegistryValueKind Guess(object data)
        {
            if (data is PSObject p) data = p.BaseObject;
            if (data is int) return RegistryValueKind.DWord;
            if (data is long || data is ulong) return RegistryValueKind.QWord;
            if (data is byte[]) return RegistryValueKind.Binary;
            if (data is string[]) return RegistryValueKind.MultiString;
            if (data is object[] many && many.All(x => (x is PSObject q ? q.BaseObject : x) is string)) return RegistryValueKind.MultiString;
            return RegistryValueKind.String;
        }
    }

    /// <summary>What Get-Item gives for a key; reads the node's state live.</summary>
    public sealed class LabRegistryKey : IDisposable
    {
        readonly Node node;
        public LabRegistryKey(Node node, string path) { this.node = node; Name = path; }
        Hive Hive => new Hive(node.Read());
        public string Name { get; }
        public int SubKeyCount => Hive.Children(Name).Count();
        public int ValueCount => Hive.Names(Name).Count();
        public string[] GetSubKeyNames() => Hive.Children(Name).ToArray();
        public string[] GetValueNames() => Hive.Names(Name).ToArray();
        public object GetValue(string name) => Hive.Value(Name, name ?? "");
        public object GetValue(string name, object other) => Hive.NameOf(Name, name ?? "") == null ? other : GetValue(name);
        public object GetValue(string name, object other, RegistryValueOptions options)
            => Hive.NameOf(Name, name ?? "") == null ? other : Hive.Value(Name, name ?? "", options != RegistryValueOptions.DoNotExpandEnvironmentNames);
        public RegistryValueKind GetValueKind(string name)
        {
            if (Hive.NameOf(Name, name ?? "") == null) throw new System.IO.IOException("The specified registry key does not exist.");
            return Hive.Kind(Name, name ?? "");
        }
        public LabRegistryKey OpenSubKey(string name) => Hive.Exists(Name + "\\" + name) ? new LabRegistryKey(node, Hive.Spell(Name + "\\" + name)) : null;
        public LabRegistryKey OpenSubKey(string name, bool writable) => OpenSubKey(name);
        public LabRegistryKey CreateSubKey(string name) { node.Update(s => new Hive(s, true).Make(Name + "\\" + name)); return OpenSubKey(name); }
        public void SetValue(string name, object value) => SetValue(name, value, Hive.Guess(value));
        public void SetValue(string name, object value, RegistryValueKind kind) => node.Update(s => new Hive(s, true).Put(Name, name, value, kind));
        public void DeleteValue(string name) => DeleteValue(name, true);
        public void DeleteValue(string name, bool complain)
        {
            if (!node.Update(s => new Hive(s, true).Drop(Name, name)) && complain) throw new ArgumentException("No value exists with that name.");
        }
        public void Close() { }
        public void Dispose() { }
        public void Flush() { }
        public override string ToString() => Name;
    }
}

namespace Microsoft.PowerShell.Commands
{
    public class RegistryTypeParameter
    {
        [Parameter(ValueFromPipelineByPropertyName = true)] public RegistryValueKind Type { get; set; } = RegistryValueKind.Unknown;
    }

    /// <summary>Registry provider over a node's state.</summary>
    [CmdletProvider("Registry", ProviderCapabilities.ShouldProcess)]
    public sealed class RegistryProvider : NavigationCmdletProvider, IPropertyCmdletProvider, IDynamicPropertyCmdletProvider
    {
        Node Here => Node.Current;
        Hive Hive => new Hive(Here.Read());
        static string Norm(string p) => Hive.Norm(p);

        protected override Collection<PSDriveInfo> InitializeDefaultDrives()
        {
            AddDisk();
            return new Collection<PSDriveInfo>
            {
                new PSDriveInfo("HKLM", ProviderInfo, "HKEY_LOCAL_MACHINE", "The software settings of the computer", null),
                new PSDriveInfo("HKCU", ProviderInfo, "HKEY_CURRENT_USER", "The software settings of the user", null),
            };
        }

        /// <summary>The node's C: and any letters of mounted disks, as drives of the FileSystem provider.</summary>
        void AddDisk()
        {
            try
            {
                var files = SessionState.Provider.GetOne("FileSystem");
                Drive(files, 'C', System.IO.Path.Combine(Here.Dir, "C"));
                for (var c = 'D'; c <= 'Z'; c++)
                    if (Here.DriveRoot(c) is string root) Drive(files, c, root);
            }
            catch (Exception) { }
        }

        void Drive(ProviderInfo files, char letter, string root)
        {
            System.IO.Directory.CreateDirectory(root);
            SessionState.Drive.New(new PSDriveInfo(letter.ToString(), files, root, "", null), "global");
        }

        protected override bool IsValidPath(string path) => true;

        protected override string MakePath(string parent, string child)
        {
            if (string.IsNullOrEmpty(child)) return Slashes(parent).TrimEnd('\\') + "\\";
            if (string.IsNullOrEmpty(parent)) return Slashes(child);
            return Slashes(parent).TrimEnd('\\') + "\\" + Slashes(child).TrimStart('\\');
        }
        static string Slashes(string p) => (p ?? "").Replace('/', '\\');

        protected override string GetParentPath(string path, string root)
        {
            var p = Slashes(path).TrimEnd('\\');
            if (!string.IsNullOrEmpty(root) && string.Equals(Norm(p), Norm(root), StringComparison.OrdinalIgnoreCase)) return "";
            var cut = p.LastIndexOf('\\');
            return cut < 0 ? "" : p.Substring(0, cut);
        }

        protected override string GetChildName(string path)
        {
            var p = Slashes(path).TrimEnd('\\');
            return p.Substring(p.LastIndexOf('\\') + 1);
        }

        protected override string NormalizeRelativePath(string path, string basePath)
        {
            var p = Slashes(path).Trim('\\');
            var b = Slashes(basePath).Trim('\\');
            if (b != "" && p.StartsWith(b + "\\", StringComparison.OrdinalIgnoreCase)) return p.Substring(b.Length + 1);
            return string.Equals(p, b, StringComparison.OrdinalIgnoreCase) ? "" : p;
        }

        protected override bool ItemExists(string path) => Allowed(path, false) && Hive.Exists(path);
        protected override bool IsItemContainer(string path) => Hive.Exists(path);
        protected override bool HasChildItems(string path) => Hive.Children(path).Any();

        bool Allowed(string path, bool write)
        {
            var deny = Here.Read().List(write ? "registryDenyWrite" : "registryDeny").Select(x => Norm(x.ToString()));
            var norm = Norm(path);
            if (!deny.Any(d => norm.Equals(d, StringComparison.OrdinalIgnoreCase) || norm.StartsWith(d + "\\", StringComparison.OrdinalIgnoreCase))) return true;
            if (write || DynamicPath) WriteError(new ErrorRecord(new System.Security.SecurityException("Requested registry access is not allowed."), "System.Security.SecurityException", ErrorCategory.PermissionDenied, norm));
            return !write && !DynamicPath;
        }
        bool DynamicPath => false;

        bool Present(string path)
        {
            if (Hive.Exists(path)) return true;
            WriteError(new ErrorRecord(new ItemNotFoundException("Cannot find path '" + Norm(path) + "' because it does not exist."), "PathNotFound", ErrorCategory.ObjectNotFound, Norm(path)));
            return false;
        }

        void Emit(string path)
        {
            var full = Hive.Spell(path);
            var item = new PSObject(new LabRegistryKey(Here, full));
            item.TypeNames.Insert(0, "Microsoft.Win32.RegistryKey");
            item.Properties.Add(new PSNoteProperty("Property", Hive.Names(full).Select(n => n == "" ? "(default)" : n).ToArray()));
            WriteItemObject(item, full, true);
        }

        protected override void GetItem(string path) { if (Present(path)) Emit(path); }

        protected override void GetChildItems(string path, bool recurse) => GetChildItems(path, recurse, uint.MaxValue);
        protected override void GetChildItems(string path, bool recurse, uint depth)
        {
            if (!Present(path)) return;
            foreach (var name in Hive.Children(path))
            {
                if (Stopping) return;
                var child = Norm(path) == "" ? name : Norm(path) + "\\" + name;
                Emit(child);
                if (recurse && depth > 0) GetChildItems(child, true, depth - 1);
            }
        }

        protected override void GetChildNames(string path, ReturnContainers all)
        {
            foreach (var name in Hive.Children(path)) WriteItemObject(name, name, true);
        }

        protected override void NewItem(string path, string typeName, object value)
        {
            path = Norm(path);
            if (!Allowed(path, true)) return;
            if (!ShouldProcess("Item: " + path, "New Item")) return;
            if (Hive.Exists(path))
            {
                if (!Force)
                {
                    WriteError(new ErrorRecord(new System.IO.IOException("A key in this path already exists."), "System.IO.IOException", ErrorCategory.ResourceExists, path));
                    return;
                }
                Here.Update(s => new Hive(s, true).DropKey(path));
            }
            if (!Hive.Exists(Hive.Parent(path)) && !Force)
            {
                WriteError(new ErrorRecord(new ArgumentException("The registry key at the specified path does not exist."), "System.ArgumentException", ErrorCategory.InvalidArgument, path));
                return;
            }
            Here.Log("registry:new-key", new Dictionary<string, object> { ["path"] = path });
            Here.Update(s =>
            {
                var hive = new Hive(s, true);
                hive.Make(path);
                if (value != null) hive.Put(path, "", value, RegistryValueKind.String);
            });
            Emit(path);
        }

        protected override void SetItem(string path, object value)
        {
            if (!Present(path) || !Allowed(path, true) || !ShouldProcess("Item: " + Norm(path) + " Value: " + value, "Set Item")) return;
            Here.Update(s => new Hive(s, true).Put(path, "", value, Hive.Guess(value)));
            WriteItemObject(value, Norm(path), true);
        }

        protected override void RemoveItem(string path, bool recurse)
        {
            if (!Present(path) || !Allowed(path, true) || !ShouldProcess("Item: " + Norm(path), "Remove Key")) return;
            Here.Log("registry:remove-key", new Dictionary<string, object> { ["path"] = Norm(path) });
            Here.Update(s => new Hive(s, true).DropKey(path));
        }

        // properties -----------------------------------------------------------------------------

        PSArgumentException NoProperty(string name, string path) => new PSArgumentException("Property " + name + " does not exist at path " + Norm(path) + ".");

        public void GetProperty(string path, Collection<string> pick)
        {
            if (!Present(path)) return;
            var full = Hive.Spell(path);
            var bag = new PSObject();
            var found = false;
            if (pick == null || pick.Count == 0)
            {
                foreach (var name in Hive.Names(full)) { Add(bag, full, name); found = true; }
            }
            else
            {
                foreach (var wanted in pick)
                {
                    var plain = string.Equals(wanted, "(default)", StringComparison.OrdinalIgnoreCase) ? "" : wanted;
                    var pattern = new WildcardPattern(plain, WildcardOptions.IgnoreCase);
                    var wild = WildcardPattern.ContainsWildcardCharacters(plain);
                    var names = Hive.Names(full).Where(n => wild ? pattern.IsMatch(n) : string.Equals(n, plain, StringComparison.OrdinalIgnoreCase)).ToList();
                    foreach (var name in names) { Add(bag, full, name); found = true; }
                    if (names.Count == 0 && !wild)
                    {
                        var lost = NoProperty(wanted, full);
                        WriteError(new ErrorRecord(lost, typeof(PSArgumentException).FullName, ErrorCategory.InvalidArgument, full));
                    }
                }
            }
            if (found) WritePropertyObject(bag, full);
        }

        void Add(PSObject bag, string full, string name)
        {
            var shown = name == "" ? "(default)" : name;
            if (bag.Properties[shown] == null) bag.Properties.Add(new PSNoteProperty(shown, Hive.Value(full, name)));
        }

        public void SetProperty(string path, PSObject value)
        {
            if (!Present(path) || !Allowed(path, true) || value == null) return;
            var type = (DynamicParameters as RegistryTypeParameter)?.Type ?? RegistryValueKind.Unknown;
            var shown = new PSObject();
            foreach (var p in value.Properties)
            {
                if (!ShouldProcess("Item: " + Norm(path) + " Property: " + p.Name, "Set Property")) continue;
                var name = string.Equals(p.Name, "(default)", StringComparison.OrdinalIgnoreCase) ? "" : p.Name;
                var data = p.Value;
                var kind = type != RegistryValueKind.Unknown ? type
                    : Hive.NameOf(path, name) != null && !(data is byte[]) ? Keep(Hive.Kind(path, name), data) : Hive.Guess(data);
                if (!Store(path, name, data, kind)) continue;
                shown.Properties.Add(new PSNoteProperty(p.Name, Hive.Value(path, name)));
            }
            if (shown.Properties.Any()) WritePropertyObject(shown, Norm(path));
        }

        static RegistryValueKind Keep(RegistryValueKind old, object data)
        {
            var guess = Hive.Guess(data);
            if (old == RegistryValueKind.ExpandString && guess == RegistryValueKind.String) return old;
            if ((old == RegistryValueKind.DWord || old == RegistryValueKind.QWord) && LanguagePrimitives.TryConvertTo<long>(data, out _)) return old;
            return guess;
        }

        bool Store(string path, string name, object data, RegistryValueKind kind)
        {
            try
            {
                if (data is PSObject p) data = p.BaseObject;
                Here.Log("registry:set-value", new Dictionary<string, object> { ["path"] = Norm(path), ["name"] = name, ["kind"] = kind, ["data"] = data });
                Here.Update(s => new Hive(s, true).Put(Hive.Spell(path), name, data, kind));
                return true;
            }
            catch (PSInvalidCastException e)
            {
                WriteError(new ErrorRecord(e, e.GetType().FullName, ErrorCategory.WriteError, Norm(path)));
                return false;
            }
        }

        public void ClearProperty(string path, Collection<string> properties)
        {
            if (!Present(path) || !Allowed(path, true)) return;
            foreach (var name in properties)
                if (Hive.NameOf(path, name) != null)
                {
                    var kind = Hive.Kind(path, name);
                    object blank = kind == RegistryValueKind.DWord || kind == RegistryValueKind.QWord ? 0 : kind == RegistryValueKind.Binary ? new byte[0] : kind == RegistryValueKind.MultiString ? (object)new string[0] : "";
                    Store(path, name, blank, kind);
                }
        }

        public void NewProperty(string path, string propertyName, string propertyTypeName, object value)
        {
            if (!Present(path) || !Allowed(path, true) || !ShouldProcess("Item: " + Norm(path) + " Property: " + propertyName, "New Property")) return;
            if (Hive.NameOf(path, propertyName) != null && !Force)
            {
                WriteError(new ErrorRecord(new System.IO.IOException("The property already exists."), "System.IO.IOException", ErrorCategory.ResourceExists, Norm(path)));
                return;
            }
            var kind = RegistryValueKind.String;
            if (!string.IsNullOrEmpty(propertyTypeName) && !Enum.TryParse(propertyTypeName, true, out kind))
            {
                var names = string.Join(", ", Enum.GetNames(typeof(RegistryValueKind)));
                throw new PSArgumentException("Cannot convert value \"" + propertyTypeName + "\" to type \"Microsoft.Win32.RegistryValueKind\". The possible enumeration values are \"" + names + "\".", "propertyTypeName");
            }
            if (string.IsNullOrEmpty(propertyTypeName)) kind = value == null ? RegistryValueKind.String : Hive.Guess(value);
            if (!Store(path, propertyName, value, kind)) return;
            var shown = new PSObject();
            shown.Properties.Add(new PSNoteProperty(propertyName, Hive.Value(path, propertyName)));
            WritePropertyObject(shown, Norm(path));
        }

        public void RemoveProperty(string path, string propertyName)
        {
            if (!Present(path) || !Allowed(path, true)) return;
            var plain = string.Equals(propertyName, "(default)", StringComparison.OrdinalIgnoreCase) ? "" : propertyName;
            var pattern = new WildcardPattern(plain, WildcardOptions.IgnoreCase);
            var names = Hive.Names(path).Where(n => pattern.IsMatch(n)).ToList();
            if (names.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(plain))
            {
                WriteError(new ErrorRecord(NoProperty(propertyName, path), typeof(PSArgumentException).FullName, ErrorCategory.InvalidArgument, Norm(path)));
                return;
            }
            foreach (var name in names)
                if (ShouldProcess("Item: " + Norm(path) + " Property: " + name, "Remove Property"))
                {
                    Here.Log("registry:remove-value", new Dictionary<string, object> { ["path"] = Norm(path), ["name"] = name });
                    Here.Update(s => new Hive(s, true).Drop(path, name));
                }
        }

        public void RenameProperty(string path, string source, string target)
        {
            if (!Present(path) || !Allowed(path, true)) return;
            var data = Hive.Value(path, source, false);
            var kind = Hive.Kind(path, source);
            Here.Update(s => { var h = new Hive(s, true); h.Put(path, target, data, kind); h.Drop(path, source); });
        }

        public void CopyProperty(string a, string b, string c, string d) => throw new PSNotSupportedException("Not in the lab.");
        public void MoveProperty(string a, string b, string c, string d) => throw new PSNotSupportedException("Not in the lab.");
        public object GetPropertyDynamicParameters(string path, Collection<string> pick) => null;
        public object SetPropertyDynamicParameters(string path, PSObject value) => new RegistryTypeParameter();
        public object ClearPropertyDynamicParameters(string path, Collection<string> properties) => null;
        public object NewPropertyDynamicParameters(string path, string a, string b, object c) => null;
        public object RemovePropertyDynamicParameters(string path, string a) => null;
        public object RenamePropertyDynamicParameters(string path, string a, string b) => null;
        public object CopyPropertyDynamicParameters(string a, string b, string c, string d) => null;
        public object MovePropertyDynamicParameters(string a, string b, string c, string d) => null;
        protected override object SetItemDynamicParameters(string path, object value) => new RegistryTypeParameter();
    }
}
