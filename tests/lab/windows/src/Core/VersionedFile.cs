// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Files whose version a script can read.

using System;
using System.IO;
using System.Reflection;
using System.Reflection.Emit;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>Get-Item(...).VersionInfo reads assemblies on every system, so these are assemblies with nothing but a version.</summary>
    public static class VersionedFile
    {
        /// <summary>Writes those of a map "path under the root": "version" that are not there yet.</summary>
        public static void WriteAll(string root, JsonObject versions)
        {
            foreach (var pair in versions ?? new JsonObject())
            {
                var path = Path.Combine(root, pair.Key);
                if (!File.Exists(path))
                {
                    Write(path, pair.Value?.ToString() ?? "");
                }
            }
        }

        public static void Write(string path, string version)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            var marks = new[]
            {
                Mark(typeof(AssemblyFileVersionAttribute), version),
                Mark(typeof(AssemblyInformationalVersionAttribute), version),
            };
            var name = new AssemblyName(Path.GetFileNameWithoutExtension(path));
            var made = new PersistedAssemblyBuilder(name, typeof(object).Assembly, marks);
            made.DefineDynamicModule(Path.GetFileName(path));
            made.Save(path);
        }

        static CustomAttributeBuilder Mark(Type type, string version)
            => new CustomAttributeBuilder(type.GetConstructor(new[] { typeof(string) }), new object[] { version });
    }
}
