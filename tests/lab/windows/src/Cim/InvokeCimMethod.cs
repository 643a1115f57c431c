// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Invoke-CimMethod.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using WindowsLab;
using WindowsLab.Cim;

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    [Cmdlet("Invoke", "CimMethod", DefaultParameterSetName = "ClassNameComputerSet", SupportsShouldProcess = true)]
    public sealed class InvokeCimMethodCommand : CimCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameComputerSet")]
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameSessionSet")]
        [Alias("Class")]
        public string ClassName { get; set; }

        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "CimInstanceComputerSet", ValueFromPipeline = true)]
        [Alias("CimInstance")]
        public PSObject InputObject { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "QueryComputerSet")]
        public string Query { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "ClassNameSessionSet")]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "ClassNameComputerSet")]
        [Parameter(ParameterSetName = "QueryComputerSet")]
        [Parameter(ParameterSetName = "CimInstanceComputerSet")]
        public string[] ComputerName { get; set; }

        [Parameter(Position = 1)]
        public IDictionary Arguments { get; set; }

        [Parameter(Mandatory = true, Position = 2)]
        [Alias("Name")]
        public string MethodName { get; set; }

        [Parameter]
        public string Namespace { get; set; }

        [Parameter]
        public uint OperationTimeoutSec { get; set; }

        protected override void Process()
        {
            foreach (var target in Targets().Where(t => t != null).ToList())
            {
                if (!ShouldProcess(target.ToString(), MethodName))
                {
                    continue;
                }
                var result = new PSObject();
                result.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimMethodResult");
                var code = CimMethods.Call(target, MethodName.ToLowerInvariant(), new CimArguments(Arguments), result);
                if (code == null)
                {
                    Fail("80041055", "Invalid method Parameter(s) or unknown method " + MethodName + " ", ErrorCategory.InvalidOperation,
                        MethodName);
                    continue;
                }
                result.Properties.Add(new PSNoteProperty("ReturnValue", code.Value));
                result.Properties.Add(new PSNoteProperty("PSComputerName", null));
                WriteObject(result);
            }
        }

        IEnumerable<LabCimInstance> Targets()
        {
            if (InputObject != null)
            {
                return new[] { LabCimInstance.In(InputObject) };
            }
            var (name, where, _) = Query != null ? Split(Query) : (ClassName, null, null);
            return Nodes(CimSession, ComputerName).SelectMany(node => Find(node, Namespace, name, where));
        }
    }

    /// <summary>The arguments of a method, found without regard to case.</summary>
    sealed class CimArguments
    {
        readonly IDictionary given;

        public CimArguments(IDictionary given)
        {
            this.given = given;
        }

        public object this[string name]
        {
            get
            {
                foreach (DictionaryEntry entry in given ?? new Hashtable())
                {
                    if (Json.Same(Convert.ToString(entry.Key), name))
                    {
                        return entry.Value is PSObject wrapped && LabCimInstance.In(wrapped) == null ? wrapped.BaseObject : entry.Value;
                    }
                }
                return null;
            }
        }

        public T[] Many<T>(string name)
            => Each(this[name]).Select(x => LanguagePrimitives.ConvertTo<T>(x is PSObject wrapped ? wrapped.BaseObject : x)).ToArray();

        /// <summary>The instances of an argument; null where it is not given.</summary>
        public List<LabCimInstance> Instances(string name)
            => this[name] == null ? null : Each(this[name]).Select(LabCimInstance.In).Where(i => i != null).ToList();

        static IEnumerable<object> Each(object value)
        {
            if (value == null)
            {
                return new object[0];
            }
            return value is IEnumerable many && !(value is string) && !(value is PSObject) ? many.Cast<object>() : new[] { value };
        }
    }
}
