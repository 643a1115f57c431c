// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-CimInstance and Get-CimAssociatedInstance.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using WindowsLab;
using WindowsLab.Cim;

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    [Cmdlet("Get", "CimInstance", DefaultParameterSetName = "ClassNameComputerSet")]
    public sealed class GetCimInstanceCommand : CimCmdlet
    {
        static readonly string[] Keys = { "InstanceID", "DeviceID", "Name", "Id", "ElementName" };

        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameComputerSet", ValueFromPipelineByPropertyName = true)]
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameSessionSet", ValueFromPipelineByPropertyName = true)]
        public string ClassName { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "QueryComputerSet", ValueFromPipelineByPropertyName = true)]
        [Parameter(Mandatory = true, ParameterSetName = "QuerySessionSet", ValueFromPipelineByPropertyName = true)]
        public string Query { get; set; }

        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "CimInstanceComputerSet", ValueFromPipeline = true)]
        [Alias("CimInstance")]
        public PSObject InputObject { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "ClassNameSessionSet", ValueFromPipeline = true)]
        [Parameter(Mandatory = true, ParameterSetName = "QuerySessionSet", ValueFromPipeline = true)]
        public CimSession[] CimSession { get; set; }

        [Parameter(ParameterSetName = "ClassNameComputerSet")]
        [Parameter(ParameterSetName = "QueryComputerSet")]
        [Parameter(ParameterSetName = "CimInstanceComputerSet")]
        [Alias("CN", "ServerName")]
        public string[] ComputerName { get; set; }

        [Parameter(ValueFromPipelineByPropertyName = true)]
        public string Namespace { get; set; }

        [Parameter(ParameterSetName = "ClassNameComputerSet")]
        [Parameter(ParameterSetName = "ClassNameSessionSet")]
        public string Filter { get; set; }

        [Parameter(ParameterSetName = "ClassNameComputerSet")]
        [Parameter(ParameterSetName = "ClassNameSessionSet")]
        [Alias("SelectProperties")]
        public string[] Property { get; set; }

        [Parameter]
        [Alias("OT")]
        public uint OperationTimeoutSec { get; set; }

        [Parameter]
        public SwitchParameter KeyOnly { get; set; }

        [Parameter]
        public SwitchParameter Shallow { get; set; }

        [Parameter]
        public string QueryDialect { get; set; }

        protected override void Process()
        {
            if (InputObject != null)
            {
                ReadAgain();
                return;
            }
            var (name, where, only) = Query != null ? Split(Query) : (ClassName, Filter, Property);
            if (name == null)
            {
                Fail("80041017", "Invalid query ", ErrorCategory.InvalidArgument, Query);
                return;
            }
            foreach (var node in Nodes(CimSession, ComputerName))
            {
                foreach (var one in Find(node, Namespace, name, where))
                {
                    WriteObject(one.Show(only));
                }
            }
        }

        void ReadAgain()
        {
            var old = LabCimInstance.In(InputObject);
            var key = old == null ? null : Keys.FirstOrDefault(k => old[k] != null);
            if (key == null)
            {
                Fail("80041008", "Invalid parameter ", ErrorCategory.InvalidArgument, InputObject);
                return;
            }
            foreach (var one in Find(old.Node, old.CimClass.Namespace, old.CimClass.CimClassName, null))
            {
                if (Equals(one[key], old[key]))
                {
                    WriteObject(one.Show());
                }
            }
        }
    }

    [Cmdlet("Get", "CimAssociatedInstance", DefaultParameterSetName = "ComputerSet")]
    public sealed class GetCimAssociatedInstanceCommand : CimCmdlet
    {
        static readonly Regex AnyGuid = new Regex("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", RegexOptions.IgnoreCase);

        /// <summary>Properties that name the VM of an instance, best first.</summary>
        static readonly string[] VmKeys = { "VirtualSystemIdentifier", "SystemName", "Name", "InstanceID", "DeviceID" };

        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("CimInstance")]
        public PSObject InputObject { get; set; }

        [Parameter]
        public string Association { get; set; }

        [Parameter]
        public string ResultClassName { get; set; }

        [Parameter]
        public string Namespace { get; set; }

        [Parameter]
        public string[] ComputerName { get; set; }

        [Parameter]
        public CimSession[] CimSession { get; set; }

        [Parameter]
        public uint OperationTimeoutSec { get; set; }

        [Parameter]
        public SwitchParameter KeyOnly { get; set; }

        protected override void Process()
        {
            var from = LabCimInstance.In(InputObject);
            var key = from == null ? null : VmKeys.FirstOrDefault(k => AnyGuid.IsMatch(Convert.ToString(from[k]) ?? ""));
            if (key == null)
            {
                Fail("80041008", "Invalid parameter ", ErrorCategory.InvalidArgument, InputObject);
                return;
            }
            var vmId = AnyGuid.Match(Convert.ToString(from[key])).Value;
            foreach (var name in ResultClasses())
            {
                foreach (var one in Find(from.Node, CimClasses.HyperV, name, null, vmId))
                {
                    if (VmKeys.Any(k => (Convert.ToString(one[k]) ?? "").Contains(vmId, StringComparison.OrdinalIgnoreCase)))
                    {
                        WriteObject(one.Show());
                    }
                }
            }
        }

        IEnumerable<string> ResultClasses()
        {
            if (ResultClassName != null)
            {
                return new[] { ResultClassName };
            }
            var runtime = ServiceKind.All.Select(k => "Msvm_" + k.Wmi + "Component");
            switch ((Association ?? "").ToLowerInvariant())
            {
                case "": return runtime.Prepend("Msvm_VirtualSystemSettingData");
                case "msvm_settingsdefinestate": return new[] { "Msvm_VirtualSystemSettingData" };
                case "msvm_systemdevice": return runtime;
                case "msvm_virtualsystemsettingdatacomponent": return runtime.Select(name => name + "SettingData");
                default: return new string[0];
            }
        }
    }
}
