// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The Registry provider over a node's state: values of keys.

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Provider;
using Microsoft.Win32;
using WindowsLab;

namespace Microsoft.PowerShell.Commands
{
    public class RegistryTypeParameter
    {
        [Parameter(ValueFromPipelineByPropertyName = true)]
        public RegistryValueKind Type { get; set; } = RegistryValueKind.Unknown;
    }

    public sealed partial class RegistryProvider : IPropertyCmdletProvider, IDynamicPropertyCmdletProvider
    {
        const string DefaultValue = "(default)";

        public void GetProperty(string path, Collection<string> wanted)
        {
            if (!Present(path))
            {
                return;
            }
            var full = Now.Spell(path);
            var bag = new PSObject();
            foreach (var name in wanted == null || wanted.Count == 0 ? Now.ValueNames(full) : Chosen(full, wanted))
            {
                var shown = name == "" ? DefaultValue : name;
                if (bag.Properties[shown] == null)
                {
                    bag.Properties.Add(new PSNoteProperty(shown, Now.Value(full, name)));
                }
            }
            if (bag.Properties.Any())
            {
                WritePropertyObject(bag, full);
            }
        }

        public void SetProperty(string path, PSObject value)
        {
            if (value == null || !Present(path) || !MayWrite(path))
            {
                return;
            }
            var type = (DynamicParameters as RegistryTypeParameter)?.Type ?? RegistryValueKind.Unknown;
            var shown = new PSObject();
            foreach (var property in value.Properties)
            {
                if (!ShouldProcess("Item: " + Hive.Normalize(path) + " Property: " + property.Name, "Set Property"))
                {
                    continue;
                }
                var name = Plain(property.Name);
                var kind = type == RegistryValueKind.Unknown ? KindFor(path, name, property.Value) : type;
                if (Store(path, name, property.Value, kind))
                {
                    shown.Properties.Add(new PSNoteProperty(property.Name, Now.Value(path, name)));
                }
            }
            if (shown.Properties.Any())
            {
                WritePropertyObject(shown, Hive.Normalize(path));
            }
        }

        public void ClearProperty(string path, Collection<string> names)
        {
            if (!Present(path) || !MayWrite(path))
            {
                return;
            }
            foreach (var name in names.Where(n => Now.NameOf(path, n) != null))
            {
                var kind = Now.Kind(path, name);
                Store(path, name, Blank(kind), kind);
            }
        }

        public void NewProperty(string path, string name, string typeName, object value)
        {
            var target = "Item: " + Hive.Normalize(path) + " Property: " + name;
            if (!Present(path) || !MayWrite(path) || !ShouldProcess(target, "New Property"))
            {
                return;
            }
            if (Now.NameOf(path, name) != null && !Force)
            {
                Fail(new IOException("The property already exists."), ErrorCategory.ResourceExists, Hive.Normalize(path));
                return;
            }
            if (Store(path, name, value, KindNamed(typeName, value)))
            {
                var shown = new PSObject();
                shown.Properties.Add(new PSNoteProperty(name, Now.Value(path, name)));
                WritePropertyObject(shown, Hive.Normalize(path));
            }
        }

        public void RemoveProperty(string path, string name)
        {
            if (!Present(path) || !MayWrite(path))
            {
                return;
            }
            foreach (var hit in Chosen(path, new Collection<string> { name }))
            {
                if (ShouldProcess("Item: " + Hive.Normalize(path) + " Property: " + hit, "Remove Property"))
                {
                    Here.Log("registry:remove-value", ("path", Hive.Normalize(path)), ("name", hit));
                    Here.Update(state => new Hive(state, true).Drop(path, hit));
                }
            }
        }

        public void RenameProperty(string path, string source, string target)
        {
            if (Present(path) && MayWrite(path))
            {
                var data = Now.Value(path, source, false);
                var kind = Now.Kind(path, source);
                Here.Update(state =>
                {
                    var hive = new Hive(state, true);
                    hive.Put(path, target, data, kind);
                    hive.Drop(path, source);
                });
            }
        }

        public void CopyProperty(string sourcePath, string source, string targetPath, string target)
            => throw new PSNotSupportedException("The lab does not copy registry values.");

        public void MoveProperty(string sourcePath, string source, string targetPath, string target)
            => throw new PSNotSupportedException("The lab does not move registry values.");

        public object GetPropertyDynamicParameters(string path, Collection<string> wanted) => null;

        public object SetPropertyDynamicParameters(string path, PSObject value) => new RegistryTypeParameter();

        public object ClearPropertyDynamicParameters(string path, Collection<string> names) => null;

        public object NewPropertyDynamicParameters(string path, string name, string typeName, object value) => null;

        public object RemovePropertyDynamicParameters(string path, string name) => null;

        public object RenamePropertyDynamicParameters(string path, string source, string target) => null;

        public object CopyPropertyDynamicParameters(string sourcePath, string source, string targetPath, string target) => null;

        public object MovePropertyDynamicParameters(string sourcePath, string source, string targetPath, string target) => null;

        static string Plain(string name) => Json.Same(name, DefaultValue) ? "" : name;

        /// <summary>The values that names or patterns choose; a name that is not there is an error, a pattern is not.</summary>
        List<string> Chosen(string path, Collection<string> wanted)
        {
            var found = new List<string>();
            foreach (var name in wanted)
            {
                var plain = Plain(name);
                var wild = WildcardPattern.ContainsWildcardCharacters(plain);
                var pattern = new WildcardPattern(plain, WildcardOptions.IgnoreCase);
                var hits = Now.ValueNames(path).Where(n => wild ? pattern.IsMatch(n) : Json.Same(n, plain)).ToList();
                found.AddRange(hits);
                if (hits.Count == 0 && !wild)
                {
                    var full = Hive.Normalize(path);
                    var text = "Property " + name + " does not exist at path " + full + ".";
                    Fail(new PSArgumentException(text), ErrorCategory.InvalidArgument, full);
                }
            }
            return found;
        }

        bool Store(string path, string name, object data, RegistryValueKind kind)
        {
            var plain = data is PSObject wrapped ? wrapped.BaseObject : data;
            try
            {
                Here.Update(state =>
                {
                    var hive = new Hive(state, true);
                    hive.Put(hive.Spell(path), name, plain, kind);
                });
            }
            catch (PSInvalidCastException error)
            {
                Fail(error, ErrorCategory.WriteError, Hive.Normalize(path));
                return false;
            }
            Here.Log("registry:set-value", ("path", Hive.Normalize(path)), ("name", name), ("kind", kind), ("data", plain));
            return true;
        }

        /// <summary>A value that is there keeps its kind where the new data fits it.</summary>
        static RegistryValueKind KindFor(string path, string name, object data)
        {
            var guess = Hive.Guess(data);
            if (Now.NameOf(path, name) == null || data is byte[])
            {
                return guess;
            }
            var old = Now.Kind(path, name);
            if (old == RegistryValueKind.ExpandString && guess == RegistryValueKind.String)
            {
                return old;
            }
            var number = old == RegistryValueKind.DWord || old == RegistryValueKind.QWord;
            return number && LanguagePrimitives.TryConvertTo<long>(data, out _) ? old : guess;
        }

        static RegistryValueKind KindNamed(string typeName, object value)
        {
            if (string.IsNullOrEmpty(typeName))
            {
                return value == null ? RegistryValueKind.String : Hive.Guess(value);
            }
            if (Enum.TryParse<RegistryValueKind>(typeName, true, out var kind))
            {
                return kind;
            }
            var names = string.Join(", ", Enum.GetNames(typeof(RegistryValueKind)));
            throw new PSArgumentException("Cannot convert value \"" + typeName + "\" to type \"Microsoft.Win32.RegistryValueKind\". " +
                "The possible enumeration values are \"" + names + "\".", "propertyTypeName");
        }

        static object Blank(RegistryValueKind kind)
        {
            switch (kind)
            {
                case RegistryValueKind.DWord: return 0;
                case RegistryValueKind.QWord: return 0L;
                case RegistryValueKind.Binary: return new byte[0];
                case RegistryValueKind.MultiString: return new string[0];
                default: return "";
            }
        }
    }
}
