// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Get-Item gives for a registry key.

using System;
using System.IO;
using System.Linq;
using Microsoft.Win32;

namespace WindowsLab
{
    /// <summary>Stands for Microsoft.Win32.RegistryKey; reads the node's state at each call.</summary>
    public sealed class LabRegistryKey : IDisposable
    {
        readonly Node node;

        public LabRegistryKey(Node node, string path)
        {
            this.node = node;
            Name = path;
        }

        public string Name { get; }
        public int SubKeyCount => Now.SubKeys(Name).Count();
        public int ValueCount => Now.ValueNames(Name).Count;
        Hive Now => new Hive(node.Read());

        public string[] GetSubKeyNames() => Now.SubKeys(Name).ToArray();

        public string[] GetValueNames() => Now.ValueNames(Name).ToArray();

        public object GetValue(string name) => Now.Value(Name, name ?? "");

        public object GetValue(string name, object other) => GetValue(name, other, RegistryValueOptions.None);

        public object GetValue(string name, object other, RegistryValueOptions options)
        {
            var expand = options != RegistryValueOptions.DoNotExpandEnvironmentNames;
            return Now.NameOf(Name, name) == null ? other : Now.Value(Name, name ?? "", expand);
        }

        public RegistryValueKind GetValueKind(string name)
        {
            if (Now.NameOf(Name, name) == null)
            {
                throw new IOException("The specified registry key does not exist.");
            }
            return Now.Kind(Name, name ?? "");
        }

        public LabRegistryKey OpenSubKey(string name)
        {
            var path = Name + "\\" + name;
            return Now.Exists(path) ? new LabRegistryKey(node, Now.Spell(path)) : null;
        }

        public LabRegistryKey OpenSubKey(string name, bool writable) => OpenSubKey(name);

        public LabRegistryKey CreateSubKey(string name)
        {
            node.Update(state => new Hive(state, true).Make(Name + "\\" + name));
            return OpenSubKey(name);
        }

        public void SetValue(string name, object value) => SetValue(name, value, Hive.Guess(value));

        public void SetValue(string name, object value, RegistryValueKind kind)
            => node.Update(state => new Hive(state, true).Put(Name, name, value, kind));

        public void DeleteValue(string name) => DeleteValue(name, true);

        public void DeleteValue(string name, bool complain)
        {
            if (!node.Update(state => new Hive(state, true).Drop(Name, name)) && complain)
            {
                throw new ArgumentException("No value exists with that name.");
            }
        }

        public void Close()
        {
        }

        public void Dispose()
        {
        }

        public void Flush()
        {
        }

        public override string ToString() => Name;
    }
}
