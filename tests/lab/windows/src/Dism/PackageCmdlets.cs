// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-, Add- and Remove-WindowsPackage.

using System;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using WindowsLab;
using WindowsLab.Dism;

namespace Microsoft.Dism.Commands
{
    [Cmdlet("Get", "WindowsPackage", DefaultParameterSetName = "Offline")]
    public sealed class GetWindowsPackageCommand : DismCmdlet
    {
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string PackagePath { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        public string PackageName { get; set; }

        protected override void Process()
        {
            if (!(Ready(false) is JsonObject image))
            {
                return;
            }
            if (PackagePath != null)
            {
                if (Cab(PackagePath) is Cabinet cab)
                {
                    WriteObject(Describe(cab, image));
                }
                return;
            }
            var hits = image.Rows("packages").Where(p => PackageName == null || Same(p.Text("identity"), PackageName)).ToList();
            if (PackageName != null && hits.Count == 0)
            {
                Fail(UnknownPackage, "The specified package is not valid.\r\n");
                return;
            }
            hits.ForEach(p => WriteObject(new BasicPackageObject
            {
                PackageName = p.Text("identity"), PackageState = State(p), ReleaseType = p.Text("releaseType", "Update"),
                InstallTime = Time(p.Text("installTime")), Online = Online, Path = Path,
            }));
        }

        AdvancedPackageObject Describe(Cabinet cab, JsonObject image)
        {
            var held = Held(image, cab.Identity);
            return new AdvancedPackageObject
            {
                PackageName = cab.Identity, PackageState = held == null ? PackageFeatureState.NotPresent : State(held),
                ReleaseType = "Update", Applicable = Fits(cab, image), Online = Online, Path = Path,
                ProductName = cab.Identity.Split('~')[0], ProductVersion = cab.Version, RestartRequired = "Possible",
            };
        }

        static PackageFeatureState State(JsonObject package)
            => Enum.Parse<PackageFeatureState>(package.Text("state", "Installed"), true);

        static DateTime? Time(string text) => text == null ? (DateTime?)null : DateTime.Parse(text, CultureInfo.InvariantCulture);
    }

    [Cmdlet("Add", "WindowsPackage", DefaultParameterSetName = "Offline")]
    public sealed class AddWindowsPackageCommand : DismCmdlet
    {
        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string PackagePath { get; set; }

        [Parameter]
        public SwitchParameter IgnoreCheck { get; set; }

        [Parameter]
        public SwitchParameter PreventPending { get; set; }

        [Parameter(ParameterSetName = "Online")]
        public SwitchParameter NoRestart { get; set; }

        protected override void Process()
        {
            if (!(Ready(true) is JsonObject image) || !(Cab(PackagePath) is Cabinet cab))
            {
                return;
            }
            Thread.Sleep(cab.DelayMs);
            if (cab.Kills)
            {
                System.Diagnostics.Process.GetCurrentProcess().Kill();
            }
            if (cab.DelayMs > 0 && Image(Here.Refresh().Read(), out _, out _) == null)
            {
                // Somebody dismounted the disk meanwhile.
                Fail(PathNotFound, NoPath);
                return;
            }
            if (!Fits(cab, image))
            {
                Fail(NotApplicable, "The specified package is not applicable to this image.\r\n");
                return;
            }
            if (cab.Error != null)
            {
                Fail(Convert.ToUInt32(cab.Error, 16), "DISM failed.\r\n");
                return;
            }
            Here.Log("event:package-add", ("identity", cab.Identity), ("image", Online ? "online" : Path));
            WriteObject(Outcome(Here.Update(state => Add(state, cab))));
        }

        /// <summary>Adds a package; true where it waits for a restart. One that is there, or older than one that is, changes nothing.</summary>
        bool Add(JsonObject state, Cabinet cab)
        {
            var image = Image(state, out var partition, out var vhd);
            if (Held(image, cab.Identity) != null)
            {
                return false;
            }
            var superseded = image.Rows("packages").Any(p => Replaces(p.Text("identity", ""), cab));
            var restart = Online && cab.NeedsRestart && !superseded;
            image.MakeList("packages").Add(new JsonObject
            {
                ["identity"] = cab.Identity,
                ["state"] = superseded ? "Superseded" : restart ? "InstallPending" : "Installed",
                ["installTime"] = DateTime.UtcNow.ToString("o"),
            });
            WriteManifest(vhd, partition, cab.Identity, true);
            if (Online && !superseded)
            {
                TakeIn(state, cab, restart);
            }
            return restart;
        }

        static bool Replaces(string identity, Cabinet cab)
            => Same(identity.Split('~')[0], cab.Identity.Split('~')[0])
                && SetupProgram.IsOlder(cab.Version, GuestPower.PackageVersion(identity));

        void TakeIn(JsonObject state, Cabinet cab, bool restart)
        {
            if (restart)
            {
                state["rebootPending"] = true;
                new Hive(state, true).Make(GuestPower.ServicingPending);
            }
            if (!cab.IsIntegrationServices || !SetupProgram.IsOlder(state.Text("icVersion"), cab.Version))
            {
                return;
            }
            state["pendingIcVersion"] = cab.Version;
            if (!restart)
            {
                SetupProgram.TakeEffect(Here, state);
            }
        }
    }

    [Cmdlet("Remove", "WindowsPackage", DefaultParameterSetName = "Offline")]
    public sealed class RemoveWindowsPackageCommand : DismCmdlet
    {
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string PackagePath { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        public string PackageName { get; set; }

        [Parameter(ParameterSetName = "Online")]
        public SwitchParameter NoRestart { get; set; }

        protected override void Process()
        {
            if (!(Ready(true) is JsonObject image))
            {
                return;
            }
            var identity = PackageName ?? (PackagePath == null ? null : Cab(PackagePath)?.Identity);
            if (identity == null)
            {
                return;
            }
            if (Held(image, identity) == null)
            {
                Fail(UnknownPackage, "The specified package is not valid.\r\n");
                return;
            }
            Here.Log("event:package-remove", ("identity", identity));
            Here.Update(state =>
            {
                var now = Image(state, out var partition, out var vhd);
                now.List("packages").Remove(Held(now, identity));
                if (Online)
                {
                    now["rebootPending"] = true;
                }
                WriteManifest(vhd, partition, identity, false);
            });
            WriteObject(Outcome(Online));
        }
    }
}
