// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The registry of a node: a flat map of full key path to values in state.json.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32;

namespace WindowsLab
{
    public sealed class Hive
    {
        static readonly Dictionary<string, string> ShortRoots = new Dictionary<string, string>
        {
            ["HKLM"] = "HKEY_LOCAL_MACHINE",
            ["HKCU"] = "HKEY_CURRENT_USER",
            ["HKCR"] = "HKEY_CLASSES_ROOT",
            ["HKU"] = "HKEY_USERS",
            ["HKCC"] = "HKEY_CURRENT_CONFIG",
        };

        readonly JsonObject keys;

        public Hive(JsonObject state, bool write = false)
        {
            keys = write ? state.MakeObj("registry") : state.Obj("registry") ?? new JsonObject();
        }

        /// <summary>The path with single backslashes and the long name of its root.</summary>
        public static string Normalize(string path)
        {
            var clean = (path ?? "").Replace('/', '\\').Trim('\\');
            while (clean.Contains("\\\\"))
            {
                clean = clean.Replace("\\\\", "\\");
            }
            var cut = clean.IndexOf('\\');
            var root = (cut < 0 ? clean : clean.Substring(0, cut)).TrimEnd(':').ToUpperInvariant();
            var rest = cut < 0 ? "" : clean.Substring(cut);
            return (ShortRoots.TryGetValue(root, out var full) ? full : root) + rest;
        }

        public static string Parent(string path)
        {
            path = Normalize(path);
            var cut = path.LastIndexOf('\\');
            return cut < 0 ? "" : path.Substring(0, cut);
        }

        public static string Leaf(string path)
        {
            path = Normalize(path);
            return path.Substring(path.LastIndexOf('\\') + 1);
        }

        public bool Exists(string path)
        {
            path = Normalize(path);
            return path == "" || ShortRoots.Values.Any(r => Json.Same(r, path))
                || keys.Any(k => Json.Same(k.Key, path) || IsUnder(k.Key, path));
        }

        /// <summary>The path as the registry spells it.</summary>
        public string Spell(string path)
        {
            path = Normalize(path);
            foreach (var key in keys)
            {
                if (Json.Same(key.Key, path) || IsUnder(key.Key, path))
                {
                    return key.Key.Substring(0, path.Length);
                }
            }
            return path;
        }

        public IEnumerable<string> SubKeys(string path)
        {
            path = Normalize(path);
            if (path == "")
            {
                return ShortRoots.Values;
            }
            return keys.Where(k => IsUnder(k.Key, path))
                .Select(k => k.Key.Substring(path.Length + 1).Split('\\')[0])
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderBy(name => name, StringComparer.OrdinalIgnoreCase)
                .ToList();
        }

        public List<string> ValueNames(string path)
            => Values(path)?.Select(v => v.Key).ToList() ?? new List<string>();

        /// <summary>The name of a value as it is spelt; null where there is none.</summary>
        public string NameOf(string path, string value) => Values(path).Find(value ?? "");

        public RegistryValueKind Kind(string path, string value)
        {
            var json = Values(path).Get(NameOf(path, value));
            if (json is JsonObject typed && Enum.TryParse<RegistryValueKind>(typed.Text("type", "String"), true, out var kind))
            {
                return kind;
            }
            if (json is JsonArray)
            {
                return RegistryValueKind.MultiString;
            }
            return json?.GetValueKind() == JsonValueKind.Number ? RegistryValueKind.DWord : RegistryValueKind.String;
        }

        public object Value(string path, string value, bool expand = true)
        {
            var name = NameOf(path, value);
            if (name == null)
            {
                return null;
            }
            var json = Values(path).Get(name);
            var data = json is JsonObject typed ? typed.Get("data") : json;
            var text = data?.ToString() ?? "";
            switch (Kind(path, name))
            {
                case RegistryValueKind.DWord:
                    return unchecked((int)long.Parse(text == "" ? "0" : text));
                case RegistryValueKind.QWord:
                    return long.Parse(text == "" ? "0" : text);
                case RegistryValueKind.MultiString:
                    return (data as JsonArray ?? new JsonArray()).Select(x => x?.ToString() ?? "").ToArray();
                case RegistryValueKind.Binary:
                    return (data as JsonArray ?? new JsonArray()).Select(x => byte.Parse(x.ToString())).ToArray();
                case RegistryValueKind.ExpandString:
                    return expand ? Environment.ExpandEnvironmentVariables(text) : text;
                default:
                    return text;
            }
        }

        public void Make(string path)
        {
            path = Normalize(path);
            if (keys.Find(path) != null)
            {
                return;
            }
            var parent = Spell(Parent(path));
            keys[parent == "" ? path : parent + "\\" + Leaf(path)] = new JsonObject();
        }

        public void Put(string path, string value, object data, RegistryValueKind kind)
        {
            Make(path);
            var json = ToJson(data, kind);
            Values(path)[NameOf(path, value) ?? value] = kind == RegistryValueKind.String
                ? json
                : new JsonObject { ["type"] = kind.ToString(), ["data"] = json };
        }

        public bool Drop(string path, string value)
        {
            var name = NameOf(path, value);
            return name != null && Values(path).Remove(name);
        }

        public void DropKey(string path)
        {
            path = Normalize(path);
            var parent = Spell(Parent(path));
            foreach (var key in keys.Select(k => k.Key).Where(k => Json.Same(k, path) || IsUnder(k, path)).ToList())
            {
                keys.Remove(key);
            }
            if (parent.Contains('\\') && keys.Find(parent) == null)
            {
                keys[parent] = new JsonObject();   // a key does not go with its last sub-key
            }
        }

        /// <summary>The kind that Windows gives a value of this type when none is named.</summary>
        public static RegistryValueKind Guess(object data)
        {
            switch (data is PSObject wrapped ? wrapped.BaseObject : data)
            {
                case int _: return RegistryValueKind.DWord;
                case long _: return RegistryValueKind.QWord;
                case ulong _: return RegistryValueKind.QWord;
                case byte[] _: return RegistryValueKind.Binary;
                case string[] _: return RegistryValueKind.MultiString;
                case object[] many when many.All(x => (x is PSObject p ? p.BaseObject : x) is string):
                    return RegistryValueKind.MultiString;
                default: return RegistryValueKind.String;
            }
        }

        static JsonNode ToJson(object data, RegistryValueKind kind)
        {
            switch (kind)
            {
                case RegistryValueKind.DWord:
                    return data is uint u ? unchecked((int)u) : (long)unchecked((int)LanguagePrimitives.ConvertTo<long>(data ?? 0));
                case RegistryValueKind.QWord:
                    return LanguagePrimitives.ConvertTo<long>(data ?? 0);
                case RegistryValueKind.MultiString:
                    return ToArray(LanguagePrimitives.ConvertTo<string[]>(data), text => text);
                case RegistryValueKind.Binary:
                    return ToArray(LanguagePrimitives.ConvertTo<byte[]>(data), one => (int)one);
                default:
                    return LanguagePrimitives.ConvertTo<string>(data) ?? "";
            }
        }

        static JsonArray ToArray<T>(T[] items, Func<T, JsonNode> convert)
            => new JsonArray((items ?? new T[0]).Select(convert).ToArray());

        static bool IsUnder(string path, string parent)
            => path.Length > parent.Length && path[parent.Length] == '\\' && path.StartsWith(parent, StringComparison.OrdinalIgnoreCase);

        JsonObject Values(string path) => keys.Obj(keys.Find(Normalize(path)));
    }
}
