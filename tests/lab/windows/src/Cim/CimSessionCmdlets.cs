// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// New-CimSession, Remove-CimSession and New-CimInstance.

using System;
using System.Collections;
using System.Management.Automation;
using WindowsLab;
using WindowsLab.Cim;

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    [Cmdlet("New", "CimSession")]
    public sealed class NewCimSessionCommand : CimCmdlet
    {
        [Parameter(Position = 0, ValueFromPipeline = true)]
        [Alias("CN", "ServerName")]
        public string[] ComputerName { get; set; }

        [Parameter]
        public PSCredential Credential { get; set; }

        [Parameter]
        public string Name { get; set; }

        [Parameter]
        public object SessionOption { get; set; }

        [Parameter]
        public uint OperationTimeoutSec { get; set; }

        [Parameter]
        public string Authentication { get; set; }

        protected override void Process()
        {
            foreach (var name in ComputerName ?? new[] { "localhost" })
            {
                if (Resolve(name) == null)
                {
                    Unreachable(name);
                }
                else
                {
                    WriteObject(CimSessionFactory.Make(name));
                }
            }
        }
    }

    /// <summary>A session of the lab holds nothing that would have to be given back.</summary>
    [Cmdlet("Remove", "CimSession")]
    public sealed class RemoveCimSessionCommand : CimCmdlet
    {
        [Parameter(Position = 0, ValueFromPipeline = true)]
        public CimSession[] CimSession { get; set; }

        [Parameter]
        public string Name { get; set; }
    }

    [Cmdlet("New", "CimInstance")]
    public sealed class NewCimInstanceCommand : CimCmdlet
    {
        [Parameter(Mandatory = true, Position = 0)]
        public string ClassName { get; set; }

        [Parameter(Position = 1)]
        public IDictionary Property { get; set; }

        [Parameter]
        public string Namespace { get; set; }

        [Parameter]
        public SwitchParameter ClientOnly { get; set; }

        [Parameter]
        public CimSession[] CimSession { get; set; }

        protected override void Process()
        {
            if (!ClientOnly)
            {
                Fail("80041024", "Provider is not capable of the attempted operation ", ErrorCategory.NotImplemented, ClassName);
                return;
            }
            var made = new LabCimInstance(Here, CimClasses.Space(Namespace), ClassName);
            foreach (DictionaryEntry entry in Property ?? new Hashtable())
            {
                made.Add(Convert.ToString(entry.Key), entry.Value);
            }
            WriteObject(made.Show());
        }
    }
}
