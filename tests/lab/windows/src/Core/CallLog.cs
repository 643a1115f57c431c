// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// calls.log: one JSON line for each cmdlet call and each change, so that tests can count them.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;

namespace WindowsLab
{
    public sealed partial class Node
    {
        /// <summary>A call for 1,000 VMs must not put 1,000 names into its line.</summary>
        const int LongestList = 5, LongestText = 200;

        static readonly JsonSerializerOptions OneLine = new JsonSerializerOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

        public void Log(string what, params (string name, object value)[] values)
            => Log(what, values.Select(v => new KeyValuePair<string, object>(v.name, v.value)));

        public void Log(string what, IEnumerable<KeyValuePair<string, object>> values)
        {
            var bag = new JsonObject();
            foreach (var pair in values)
            {
                bag[pair.Key] = Shorten(Words(pair.Value));
            }
            var line = new JsonObject
            {
                ["ts"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
                ["pid"] = Environment.ProcessId,
                ["cmdlet"] = what,
                ["params"] = bag,
            };
            Append(Encoding.UTF8.GetBytes(line.ToJsonString(OneLine) + "\n"));
        }

        void Append(byte[] line)
        {
            for (var left = 100; ; left--)
            {
                try
                {
                    using (var file = new FileStream(Path.Combine(Folder, "calls.log"), FileMode.Append, FileAccess.Write, FileShare.Read))
                    {
                        file.Write(line, 0, line.Length);
                    }
                    return;
                }
                catch (IOException) when (left > 0)
                {
                    Thread.Sleep(5);
                }
            }
        }

        static string Shorten(string text)
            => text == null || text.Length <= LongestText ? text : text.Substring(0, LongestText) + "...";

        static string Words(object value)
        {
            switch (value is PSObject wrapped ? wrapped.BaseObject : value)
            {
                case null:
                    return null;
                case string text:
                    return text;
                case PSCredential _:
                    return "(credential)";
                case IDictionary map:
                    return string.Join(",", map.Keys.Cast<object>().Select(Words));
                case ICollection many when many.Count > LongestList:
                    return string.Join(",", many.Cast<object>().Take(LongestList).Select(Words)) + ",... (" + many.Count + ")";
                case IEnumerable many:
                    return string.Join(",", many.Cast<object>().Take(LongestList).Select(Words));
                case object other:
                    return Convert.ToString(other, CultureInfo.InvariantCulture);
            }
        }
    }
}
