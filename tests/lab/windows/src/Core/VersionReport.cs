// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What a host says of the version of a VM's integration services.

using System;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>Hosts before 2016 compare with their own version; later ones report 0.0 or nothing and no state.</summary>
    public static class VersionReport
    {
        public static Version Value(Node host, JsonObject vm)
        {
            if (!VmServices.Running(vm))
            {
                return null;
            }
            if (vm.Has("integrationServicesVersion"))
            {
                return Version.TryParse(vm.Text("integrationServicesVersion"), out var given) ? given : null;
            }
            if (host.ComparesVersions)
            {
                return Version.TryParse(Reported(host, vm), out var seen) ? seen : null;
            }
            return host.Read().Text("versionReport", "zero") == "zero" ? new Version(0, 0) : null;
        }

        public static string StateText(Node host, JsonObject vm)
        {
            if (VmServices.Running(vm) && vm.Has("integrationServicesState"))
            {
                return HostTexts.Get(host.Read(), vm.Text("integrationServicesState", ""));
            }
            switch (State(host, vm))
            {
                case 1: return HostTexts.Get(host.Read(), "Up to date");
                case 2: return HostTexts.Get(host.Read(), "Update required");
                default: return "";
            }
        }

        /// <summary>Msvm_SummaryInformation.IntegrationServicesVersionState: unknown 0, up to date 1, mismatch 2.</summary>
        public static int State(Node host, JsonObject vm)
        {
            if (vm.Has("icVersionState"))
            {
                return vm.Int("icVersionState");
            }
            if (!VmServices.Running(vm) || !host.ComparesVersions)
            {
                return 0;
            }
            // A linked guest may have been updated since the scenario was written.
            if (vm.Has("outdated") && GuestLink.Of(host, vm) == null)
            {
                return vm.Flag("outdated") ? 2 : 1;
            }
            var seen = Reported(host, vm);
            if (seen == null)
            {
                return vm.Flag("linux") ? 0 : 1;
            }
            return SetupProgram.IsOlder(seen, NodeDefaults.ReferenceVersion(host)) ? 2 : 1;
        }

        /// <summary>The version that the guest reports: a linked guest's own, else the VM's in the state.</summary>
        static string Reported(Node host, JsonObject vm)
        {
            var guest = GuestLink.Of(host, vm);
            return guest != null ? guest.Read().Text("icVersion") : vm.Text("icVersion");
        }
    }
}
