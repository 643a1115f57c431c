// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Short ways to read and edit the JSON tree of a node.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>Reading never throws: what is missing or of another kind counts as not given.</summary>
    public static class Json
    {
        public static JsonNode Get(this JsonObject o, string key)
            => o != null && key != null && o.TryGetPropertyValue(key, out var hit) ? hit : null;

        public static bool Has(this JsonObject o, string key) => o != null && o.ContainsKey(key);

        public static string Text(this JsonObject o, string key, string other = null)
        {
            var value = o.Get(key);
            if (value == null)
            {
                return other;
            }
            return value is JsonValue ? value.ToString() : value.ToJsonString();
        }

        public static bool Flag(this JsonObject o, string key, bool other = false)
        {
            switch (o.Get(key)?.GetValueKind())
            {
                case null: return other;
                case JsonValueKind.True: return true;
                case JsonValueKind.False: return false;
                default: return Same(o.Text(key), "true") || o.Text(key) == "1";
            }
        }

        public static int Int(this JsonObject o, string key, int other = 0) => (int)o.Long(key, other);

        public static long Long(this JsonObject o, string key, long other = 0)
        {
            var text = o.Get(key) == null ? null : o.Text(key);
            var whole = long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number);
            return whole ? number : other;
        }

        public static JsonObject Obj(this JsonObject o, string key) => o.Get(key) as JsonObject;

        public static JsonArray List(this JsonObject o, string key) => o.Get(key) as JsonArray ?? new JsonArray();

        /// <summary>The objects of a list, as they are now: the list may be edited while they are gone through.</summary>
        public static List<JsonObject> Rows(this JsonObject o, string key) => o.List(key).OfType<JsonObject>().ToList();

        /// <summary>The members of an object that are objects themselves.</summary>
        public static List<KeyValuePair<string, JsonObject>> Objects(this JsonObject o)
        {
            var found = new List<KeyValuePair<string, JsonObject>>();
            foreach (var pair in o ?? new JsonObject())
            {
                if (pair.Value is JsonObject child)
                {
                    found.Add(new KeyValuePair<string, JsonObject>(pair.Key, child));
                }
            }
            return found;
        }

        public static JsonObject MakeObj(this JsonObject o, string key)
        {
            if (!(o.Get(key) is JsonObject child))
            {
                o[key] = child = new JsonObject();
            }
            return child;
        }

        public static JsonArray MakeList(this JsonObject o, string key)
        {
            if (!(o.Get(key) is JsonArray child))
            {
                o[key] = child = new JsonArray();
            }
            return child;
        }

        /// <summary>The key as it is spelt in the object, whatever its case.</summary>
        public static string Find(this JsonObject o, string key)
        {
            if (o == null || key == null)
            {
                return null;
            }
            return o.ContainsKey(key) ? key : o.Select(pair => pair.Key).FirstOrDefault(name => Same(name, key));
        }

        /// <summary>Windows compares names without regard to case, and never by culture.</summary>
        public static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
    }
}
