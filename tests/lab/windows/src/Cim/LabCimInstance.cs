// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A CIM instance of the lab.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace WindowsLab.Cim
{
    public sealed class LabCimClass
    {
        public string CimClassName { get; set; }
        public string ClassName => CimClassName;
        public string Namespace { get; set; }

        public override string ToString() => Namespace + ":" + CimClassName;
    }

    public sealed class LabCimProperty
    {
        public string Name { get; set; }
        public object Value { get; set; }
        public string CimType => TypeName(Value?.GetType() ?? typeof(string));

        public override string ToString() => Name + " = " + Value;

        static string TypeName(Type type) => type.IsArray ? type.GetElementType().Name + "Array" : type.Name;
    }

    public sealed class LabCimProperties : IEnumerable<LabCimProperty>
    {
        internal readonly List<LabCimProperty> Items = new List<LabCimProperty>();

        public LabCimProperty this[string name] => Items.FirstOrDefault(p => Json.Same(p.Name, name));
        public int Count => Items.Count;

        public IEnumerator<LabCimProperty> GetEnumerator() => Items.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => Items.GetEnumerator();
    }

    /// <summary>Its values are also note properties of the object around it, which carries the type names of the real one.</summary>
    public sealed class LabCimInstance
    {
        internal LabCimInstance(Node node, string space, string name)
        {
            Node = node;
            CimClass = new LabCimClass { CimClassName = name, Namespace = space };
        }

        public LabCimClass CimClass { get; }
        public LabCimProperties CimInstanceProperties { get; } = new LabCimProperties();
        public LabCimClass CimSystemProperties => CimClass;
        internal Node Node { get; }

        internal object this[string name] => CimInstanceProperties[name]?.Value;

        public override string ToString() => CimClass.CimClassName;

        internal LabCimInstance Add(string name, object value)
        {
            CimInstanceProperties.Items.Add(new LabCimProperty { Name = name, Value = value });
            return this;
        }

        /// <summary>The object for the pipeline; what -Property does not name is there, but null.</summary>
        internal PSObject Show(ICollection<string> only = null)
        {
            var shown = new PSObject(this);
            shown.TypeNames.Clear();
            shown.TypeNames.Add("Microsoft.Management.Infrastructure.CimInstance#" + CimClass.Namespace + "/" + CimClass.CimClassName);
            shown.TypeNames.Add("Microsoft.Management.Infrastructure.CimInstance");
            shown.TypeNames.Add("System.Object");
            foreach (var property in CimInstanceProperties)
            {
                var wanted = only == null || only.Contains(property.Name, StringComparer.OrdinalIgnoreCase);
                shown.Properties.Add(new PSNoteProperty(property.Name, wanted ? property.Value : null));
            }
            shown.Properties.Add(new PSNoteProperty("PSComputerName", null));
            return shown;
        }

        internal static LabCimInstance In(object value)
            => (value is PSObject wrapped ? wrapped.BaseObject : value) as LabCimInstance;
    }
}
