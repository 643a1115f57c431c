// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Get-VMHost gives. It has no version property: the generation of a host is in Win32_OperatingSystem.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using WindowsLab;

namespace Microsoft.HyperV.PowerShell
{
    public class VMHost : VirtualizationObject
    {
        /// <summary>Configuration versions and the build that brought them.</summary>
        static readonly (string version, int since)[] ConfigurationVersions =
        {
            ("5.0", Node.Windows2012R2), ("6.2", Node.Windows2016), ("7.0", Node.Windows2016), ("7.1", Node.Windows2016),
            ("8.0", Node.Windows2016), ("9.0", Node.Windows2019), ("10.0", Node.Windows2022), ("12.0", Node.Windows2025),
        };

        internal VMHost(Node node) : base(node)
        {
        }

        public override bool IsDeleted => false;
        public string Name => ComputerName;
        public string FullyQualifiedDomainName => ComputerName + "." + Node.Domain;
        public int LogicalProcessorCount => Given.Int("logicalProcessorCount", 16);
        public long MemoryCapacity => Given.Long("memoryCapacity", 137438953472);
        public TimeSpan ResourceMeteringSaveInterval => TimeSpan.FromHours(1);
        public bool IovSupport => false;
        public string[] IovSupportReasons => new string[0];
        public IReadOnlyList<string> SupportedVmVersions => VersionsOf(Node).ToList();
        public bool EnableEnhancedSessionMode => false;
        public string FibreChannelWwnn => "C003FF0000FFFF00";
        public string MacAddressMinimum => "00155D010A00";
        public string MacAddressMaximum => "00155D010AFF";
        public bool NumaSpanningEnabled => true;
        public string VirtualHardDiskPath => @"C:\VMs";
        public string VirtualMachinePath => @"C:\ProgramData\Microsoft\Windows\Hyper-V";
        public uint MaximumStorageMigrations => 2;
        public uint MaximumVirtualMachineMigrations => 2;
        public bool UseAnyNetworkForMigration => false;
        public MigrationAuthenticationType VirtualMachineMigrationAuthenticationType => MigrationAuthenticationType.CredSSP;
        public bool VirtualMachineMigrationEnabled => Host.Obj("cluster") != null;
        public VMMigrationPerformance VirtualMachineMigrationPerformanceOption => VMMigrationPerformance.Compression;
        JsonObject Given => Host.Obj("vmHost");

        public override string ToString() => "VMHost (Name = '" + Name + "')";

        internal static IEnumerable<string> VersionsOf(Node host)
            => ConfigurationVersions.Where(v => v.since <= host.Build).Select(v => v.version);
    }
}
