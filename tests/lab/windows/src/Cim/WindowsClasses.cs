// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Classes of root/cimv2: what any Windows says of itself.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab.Cim
{
    static class WindowsClasses
    {
        const uint LocalDisk = 3, CompactDisc = 5;

        /// <summary>Language, locale name, LCID, and how it calls a 64-bit system.</summary>
        static readonly (string language, string locale, uint lcid, string bits)[] Languages =
        {
            ("en", "en-US", 1033, "64-bit"), ("de", "de-DE", 1031, "64-Bit"), ("fr", "fr-FR", 1036, "64 bits"),
            ("es", "es-ES", 3082, "64 bits"), ("ru", "ru-RU", 1049, "64-разрядная"), ("ja", "ja-JP", 1041, "64 ビット"),
        };

        public static IEnumerable<LabCimInstance> Of(Node node, string name)
        {
            switch (name.ToLowerInvariant())
            {
                case "win32_operatingsystem":
                case "cim_operatingsystem":
                    return new[] { OperatingSystem(node) };
                case "win32_computersystem":
                case "cim_computersystem":
                    return new[] { ComputerSystem(node) };
                case "win32_computersystemproduct":
                    return new[] { Product(node) };
                case "win32_bios":
                    return new[] { Bios(node) };
                case "win32_processor":
                    return new[] { Processor(node) };
                case "win32_service":
                case "win32_baseservice":
                    return node.Read().Rows("services").Select(s => Service(node, s));
                case "win32_logicaldisk":
                    return LogicalDisks(node);
                case "win32_cdromdrive":
                    return OpticalDrive.All(node).Select(d => CdRom(node, d));
                case "win32_quickfixengineering":
                    return new LabCimInstance[0];
                default:
                    return null;
            }
        }

        static LabCimInstance New(Node node, string name) => new LabCimInstance(node, CimClasses.Windows, name);

        static bool Is64Bit(Node node) => node.Read().Text("arch", "amd64") != "x86";

        static LabCimInstance OperatingSystem(Node node)
        {
            var state = node.Read();
            var os = state.Obj("os");
            var servicePack = os.Text("csd") == "" ? null : os.Text("csd");
            var short_ = node.Language.Split('-')[0].ToLowerInvariant();
            var language = Languages.FirstOrDefault(l => l.language == short_, Languages[0]);
            var locale = node.Language.Contains('-') ? node.Language : language.locale;
            return New(node, "Win32_OperatingSystem")
                .Add("Caption", os.Text("caption")).Add("Version", os.Text("version")).Add("BuildNumber", node.Build.ToString())
                .Add("BuildType", "Multiprocessor Free").Add("ProductType", (uint)os.Int("productType", 3))
                .Add("OperatingSystemSKU", (uint)os.Int("sku", 7)).Add("CSName", node.ComputerName)
                .Add("OSArchitecture", os.Text("architecture", Is64Bit(node) ? language.bits : language.bits.Replace("64", "32")))
                .Add("CSDVersion", servicePack)
                .Add("ServicePackMajorVersion", (ushort)(servicePack == null ? 0 : servicePack.Last() - '0'))
                .Add("ServicePackMinorVersion", (ushort)0).Add("SystemDirectory", @"C:\Windows\system32")
                .Add("WindowsDirectory", @"C:\Windows").Add("SystemDrive", "C:").Add("OSLanguage", language.lcid)
                .Add("Locale", language.lcid.ToString("x4")).Add("MUILanguages", new[] { locale }).Add("LastBootUpTime", BootTime(state))
                .Add("LocalDateTime", DateTime.Now).Add("InstallDate", new DateTime(2024, 1, 1))
                .Add("TotalVisibleMemorySize", 4193772UL).Add("FreePhysicalMemory", 2093772UL).Add("Status", "OK");
        }

        /// <summary>It must not move between two sessions: scripts take a moved time for a restart.</summary>
        static DateTime BootTime(JsonObject state)
            => DateTime.Parse(state.Text("bootTime", "2026-01-05T06:07:08Z"), CultureInfo.InvariantCulture);

        static LabCimInstance ComputerSystem(Node node)
        {
            var state = node.Read();
            return New(node, "Win32_ComputerSystem")
                .Add("Name", node.ComputerName).Add("DNSHostName", node.ComputerName).Add("Domain", node.Domain)
                .Add("PartOfDomain", state.Flag("partOfDomain", true)).Add("DomainRole", (ushort)state.Int("domainRole", 3))
                .Add("Manufacturer", state.Text("manufacturer", node.IsGuest ? "Microsoft Corporation" : "Contoso"))
                .Add("Model", state.Text("model", node.IsGuest ? "Virtual Machine" : "Server 3000"))
                .Add("HypervisorPresent", state.Flag("hypervisorPresent", true))
                .Add("SystemType", Is64Bit(node) ? "x64-based PC" : "X86-based PC")
                .Add("TotalPhysicalMemory", 4294967296UL).Add("NumberOfProcessors", 1u).Add("NumberOfLogicalProcessors", 2u);
        }

        static LabCimInstance Product(Node node)
            => New(node, "Win32_ComputerSystemProduct").Add("Name", node.IsGuest ? "Virtual Machine" : "Server 3000")
                .Add("Vendor", node.IsGuest ? "Microsoft Corporation" : "Contoso").Add("UUID", Uuid(node));

        /// <summary>A stable id of the machine: given, or made from the node's name.</summary>
        static string Uuid(Node node)
        {
            var given = node.Read().Text("uuid");
            var sum = System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(node.Name));
            return given ?? new Guid(sum).ToString().ToUpperInvariant();
        }

        static LabCimInstance Bios(Node node)
            => New(node, "Win32_BIOS").Add("Manufacturer", "American Megatrends Inc.").Add("SerialNumber", "0000-0001-2345")
                .Add("SMBIOSBIOSVersion", "090008").Add("Version", "VRTUAL - 5001223");

        static LabCimInstance Processor(Node node)
            => New(node, "Win32_Processor").Add("DeviceID", "CPU0").Add("AddressWidth", (ushort)(Is64Bit(node) ? 64 : 32))
                .Add("DataWidth", (ushort)64).Add("Architecture", (ushort)(Is64Bit(node) ? 9 : 0)).Add("NumberOfCores", 2u);

        static LabCimInstance Service(Node node, JsonObject service)
        {
            var start = service.Text("startType", "Manual");
            var running = service.Text("status") == "Running";
            return New(node, "Win32_Service")
                .Add("Name", service.Text("name")).Add("DisplayName", service.Text("displayName"))
                .Add("Caption", service.Text("displayName")).Add("Description", service.Text("description"))
                .Add("State", service.Text("status", "Stopped")).Add("Started", running).Add("Status", "OK")
                .Add("StartMode", start.StartsWith("Auto", StringComparison.Ordinal) ? "Auto" : start)
                .Add("DelayedAutoStart", start == "AutomaticDelayedStart").Add("StartName", "LocalSystem")
                .Add("PathName", @"C:\Windows\system32\svchost.exe -k ICService").Add("ServiceType", "Share Process")
                .Add("ProcessId", running ? 1200u : 0u).Add("ExitCode", 0u).Add("SystemName", node.ComputerName);
        }

        static IEnumerable<LabCimInstance> LogicalDisks(Node node)
        {
            yield return Disk(node, "C", "System", LocalDisk, "NTFS", 511000000000);
            foreach (var part in MountedDisks.All(node.Read()).SelectMany(m => m.Value.Rows("partitions")))
            {
                if (part.Text("letter") is string letter)
                {
                    yield return Disk(node, letter, part.Text("label", ""), LocalDisk, "NTFS", (ulong)part.Long("size"));
                }
            }
            foreach (var drive in OpticalDrive.All(node))
            {
                yield return Disk(node, drive.Letter, drive.Label, CompactDisc, drive.Loaded ? "CDFS" : null, 27590656);
            }
        }

        static LabCimInstance Disk(Node node, string letter, string label, uint type, string fileSystem, ulong size)
            => New(node, "Win32_LogicalDisk").Add("DeviceID", letter + ":").Add("Name", letter + ":").Add("DriveType", type)
                .Add("VolumeName", label).Add("FileSystem", fileSystem).Add("Size", fileSystem == null ? (object)null : size)
                .Add("FreeSpace", fileSystem == null ? (object)null : type == CompactDisc ? 0UL : size / 2);

        static LabCimInstance CdRom(Node node, OpticalDrive drive)
            => New(node, "Win32_CDROMDrive").Add("Drive", drive.Letter + ":").Add("Id", drive.Letter + ":")
                .Add("Caption", "Msft Virtual CD/ROM ATA Device").Add("MediaLoaded", drive.Loaded).Add("VolumeName", drive.Label);
    }
}
