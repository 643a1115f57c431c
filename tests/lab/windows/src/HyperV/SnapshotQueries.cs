// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-VMSnapshot.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    [OutputType(typeof(VMSnapshot))]
    public abstract class GetVMSnapshotBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] VMName { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "Id")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "Id", Mandatory = true, Position = 0, ValueFromPipeline = true,
            ValueFromPipelineByPropertyName = true)]
        [ValidateNotNull]
        public Guid? Id { get; set; }

        [Parameter(ParameterSetName = "VMName", Position = 1)]
        [Parameter(ParameterSetName = "VMObject", Position = 1)]
        [Parameter(ParameterSetName = "Parent", Position = 0)]
        [Parameter(ParameterSetName = "Child", Position = 0)]
        [ValidateNotNullOrEmpty]
        public string Name { get; set; }

        [Parameter(ParameterSetName = "Child", Mandatory = true)]
        public VMSnapshot ChildOf { get; set; }

        [Parameter(ParameterSetName = "Parent", Mandatory = true)]
        public VirtualMachineBase ParentOf { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "VMObject")]
        [Parameter(ParameterSetName = "Parent")]
        [Parameter(ParameterSetName = "Child")]
        [Alias("VMRecoveryCheckpoint")]
        public SnapshotType SnapshotType { get; set; }

        protected override string[] Computers => ComputerName;

        internal static List<VMSnapshot> Of(VirtualMachine vm)
            => vm.Data.Rows("snapshots").Select(s => new VMSnapshot(vm.Node, vm.Id, s)).ToList();

        protected override void Process()
        {
            switch (ParameterSetName)
            {
                case "Id":
                    FindById();
                    break;
                case "Child":
                    Emit(All(ChildOf.Node).Where(s => s.ParentSnapshotId == ChildOf.Id), ChildOf.Node);
                    break;
                case "Parent":
                    Emit(All(ParentOf.Node).Where(s => s.Id == ParentOf.ParentSnapshotId), ParentOf.Node);
                    break;
                default:
                    foreach (var vm in VM ?? VmsNamed(VMName))
                    {
                        Emit(Of(vm), vm.Node);
                    }
                    break;
            }
        }

        static IEnumerable<VMSnapshot> All(Node host) => host.Read().Rows("vms").SelectMany(v => Of(new VirtualMachine(host, v)));

        void FindById()
        {
            foreach (var host in Hosts())
            {
                var hit = All(host).FirstOrDefault(s => s.Id == Id);
                if (hit != null)
                {
                    WriteObject(hit);
                }
                else
                {
                    Invalid(host, "Hyper-V was unable to find a checkpoint with id \"" + Id + "\".", Id);
                }
            }
        }

        void Emit(IEnumerable<VMSnapshot> from, Node host)
        {
            var pattern = new WildcardPattern(Name ?? "*", WildcardOptions.IgnoreCase);
            var ofType = from.Where(s => !Bound("SnapshotType") || s.SnapshotType == SnapshotType);
            var hits = ofType.Where(s => pattern.IsMatch(s.Name)).ToList();
            if (hits.Count == 0 && Name != null && !WildcardPattern.ContainsWildcardCharacters(Name))
            {
                Invalid(host, "Hyper-V was unable to find a checkpoint with name \"" + Name + "\".", Name);
            }
            WriteObject(hits, true);
        }
    }
}
