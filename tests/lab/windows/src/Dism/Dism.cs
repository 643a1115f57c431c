// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using WinLab;

namespace Microsoft.Dism.Commands
{
    public class ImageObject
    {
        public string Path { get; set; }
        public bool Online { get; set; }
        public string WinPath { get; set; }
        public string SysDrivePath { get; set; }
        public bool RestartNeeded { get; set; }
        public string LogPath { get; set; }
        public string ScratchDirectory { get; set; }
        public string LogLevel { get; set; }
    }

    public enum PackageFeatureState { NotPresent = 0, UninstallPending = 1, Staged = 2, Removed = 3, Installed = 4, InstallPending = 5, Superseded = 6, PartiallyInstalled = 7 }

    public class BasicPackageObject : ImageObject
    {
        public string PackageName { get; set; }
        public PackageFeatureState PackageState { get; set; }
        public string ReleaseType { get; set; }
        public DateTime? InstallTime { get; set; }
    }

    public class AdvancedPackageObject : BasicPackageObject
    {
        public bool Applicable { get; set; }
        public string ProductName { get; set; }
        public string ProductVersion { get; set; }
        public string RestartRequired { get; set; }
    }

    public abstract class DismBase : LabCmdlet
    {
        [Parameter(Mandatory = true, ParameterSetName = "Online")] public SwitchParameter Online { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "Offline")] [ValidateNotNullOrEmpty] public string Path { get; set; }
        [Parameter] [Alias("LP")] public string LogPath { get; set; }
        [Parameter] [Alias("LL")] public string LogLevel { get; set; }
        [Parameter] public string ScratchDirectory { get; set; }
        [Parameter(ParameterSetName = "Offline")] public string WindowsDirectory { get; set; }
        [Parameter(ParameterSetName = "Offline")] public string SystemDrive { get; set; }

        protected void Fail(uint code, string text)
        {
            WriteWarning(GetType().Name.Replace("WindowsPackageCommand", "-WindowsPackage") + " failed. Error code = 0x" + code.ToString("x"));
            WriteError(new ErrorRecord(new COMException(text, unchecked((int)code)), "", ErrorCategory.NotSpecified, null));
        }

        /// <summary>The object of the state that holds the packages of the image: the node itself or a mounted disk.</summary>
        protected JsonObject Image(JsonObject s, out JsonObject partition)
        {
            partition = null;
            if (Online) return s;
            var wanted = Path.Replace('/', '\\').TrimEnd('\\') + "\\";
            foreach (var m in Disks.Mounted(s))
                foreach (var p in m.Value.List("partitions").OfType<JsonObject>())
                    if ((p.Text("letter") is string l && wanted.StartsWith(l + ":\\", StringComparison.OrdinalIgnoreCase)) || p.List("accessPaths").Any(a => wanted.Equals(a.ToString(), StringComparison.OrdinalIgnoreCase)))
                    {
                        partition = p;
                        return m.Value;
                    }
            return null;
        }

        protected JsonObject Ready(bool write)
        {
            var image = Image(Here.Read(), out var p);
            if (image == null || (p != null && (p.Text("os") == null || p.Flag("locked")))) { Fail(0x80070003, "The system cannot find the path specified.\r\n"); return null; }
            if (image.Text("dismError") is string code) { Fail(Convert.ToUInt32(code, 16), "DISM failed."); return null; }
            if (write && image.Flag("readOnly")) { Fail(0x80070013, "The media is write protected.\r\n"); return null; }
            if (write && Online && Here.Read().Text("deny") != null) { Fail(0x800702e4, "The requested operation requires elevation.\r\n"); return null; }
            return image;
        }

        protected static string Version(JsonObject image) => image.Text("osVersion") ?? image.Obj("os").Text("version", "");

        /// <summary>A cab as "cabs" describes it, found by its file name; it must also exist as a file.</summary>
        protected JsonObject Cab(string path)
        {
            var name = path.Replace('/', '\\').Split('\\').Last();
            var cabs = Here.Read().Obj("cabs");
            var key = cabs.Find(name);
            if (Here.FileExists(path) && key != null) return cabs.Obj(key);
            Fail(Here.FileExists(path) ? 0x8007000du : 0x80070003, Here.FileExists(path) ? "The data is invalid.\r\n" : "The system cannot find the path specified.\r\n");
            return null;
        }

        protected static bool Fits(JsonObject cab, JsonObject image)
            => cab.List("for").Any(f => Version(image).StartsWith(f.ToString() + ".")) && (image.Text("arch", "amd64") == cab.Text("arch", "amd64"));

        protected ImageObject Outcome(bool restart) => new ImageObject { Path = Online ? @"C:\" : Path, Online = Online, WinPath = "", SysDrivePath = "", RestartNeeded = restart, LogPath = LogPath ?? @"C:\Windows\Logs\DISM\dism.log", ScratchDirectory = "", LogLevel = "WarningsInfo" };

        protected static JsonObject Held(JsonObject image, string identity) => image.List("packages").OfType<JsonObject>().FirstOrDefault(p => string.Equals(p.Text("identity"), identity, StringComparison.OrdinalIgnoreCase));

        protected void Manifest(JsonObject image, JsonObject partition, string identity, bool present)
        {
            string root;
            if (Online) root = System.IO.Path.Combine(Here.Dir, "C");
            else root = Here.PartitionDir(Here.Read().Obj("vhds").Objects().First(v => v.Value.Flag("attached") && v.Value.Int("diskNumber") == image.Int("diskNumber")).Key, partition);
            var file = System.IO.Path.Combine(root, "Windows", "servicing", "Packages", identity + ".mum");
            if (!present) { File.Delete(file); return; }
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file));
            File.WriteAllText(file, "lab package " + identity + "\n");
        }
    }

    [Cmdlet("Get", "WindowsPackage", DefaultParameterSetName = "Offline")]
    public sealed class GetWindowsPackageCommand : DismBase
    {
        [Parameter] [ValidateNotNullOrEmpty] public string PackagePath { get; set; }
        [Parameter] [ValidateNotNullOrEmpty] public string PackageName { get; set; }
        protected override void Process()
        {
            if (!(Ready(false) is JsonObject image)) return;
            if (PackagePath != null)
            {
                if (!(Cab(PackagePath) is JsonObject cab)) return;
                var held = Held(image, cab.Text("identity"));
                WriteObject(new AdvancedPackageObject { PackageName = cab.Text("identity"), PackageState = held == null ? PackageFeatureState.NotPresent : State(held), ReleaseType = "Update", Applicable = Fits(cab, image), Online = Online, Path = Path, ProductName = "Microsoft-Hyper-V-Integration-Services", ProductVersion = cab.Text("identity").Split('~').Last(), RestartRequired = "Possible" });
                return;
            }
            var hits = image.List("packages").OfType<JsonObject>().Where(p => PackageName == null || string.Equals(p.Text("identity"), PackageName, StringComparison.OrdinalIgnoreCase)).ToList();
            if (PackageName != null && hits.Count == 0) { Fail(0x800f0805, "The specified package is not valid.\r\n"); return; }
            foreach (var p in hits) WriteObject(new BasicPackageObject { PackageName = p.Text("identity"), PackageState = State(p), ReleaseType = p.Text("releaseType", "Update"), InstallTime = p.Text("installTime") is string t ? DateTime.Parse(t) : (DateTime?)null, Online = Online, Path = Path });
        }
        static PackageFeatureState State(JsonObject p) => Enum.Parse<PackageFeatureState>(p.Text("state", "Installed"), true);
    }

    [Cmdlet("Add", "WindowsPackage", DefaultParameterSetName = "Offline")]
    public sealed class AddWindowsPackageCommand : DismBase
    {
        [Parameter(Mandatory = true)] [ValidateNotNullOrEmpty] public string PackagePath { get; set; }
        [Parameter] public SwitchParameter IgnoreCheck { get; set; }
        [Parameter] public SwitchParameter PreventPending { get; set; }
        [Parameter(ParameterSetName = "Online")] public SwitchParameter NoRestart { get; set; }
        protected override void Process()
        {
            if (!(Ready(true) is JsonObject image) || !(Cab(PackagePath) is JsonObject cab)) return;
            if (!Fits(cab, image)) { Fail(0x800f081e, "The specified package is not applicable to this image.\r\n"); return; }
            var id = cab.Text("identity");
            var restart = Online && cab.Flag("restart", true) && Held(image, id) == null;
            Here.Log("event:package-add", new Dictionary<string, object> { ["identity"] = id, ["image"] = Online ? "online" : Path });
            Here.Update(s =>
            {
                var now = Image(s, out var p);
                if (Held(now, id) == null) now.MakeList("packages").Add(new JsonObject { ["identity"] = id, ["state"] = restart ? "InstallPending" : "Installed", ["installTime"] = DateTime.UtcNow.ToString("o") });
                if (restart) now["rebootPending"] = true;
                Manifest(now, p, id, true);
            });
            WriteObject(Outcome(restart));
        }
    }

    [Cmdlet("Remove", "WindowsPackage", DefaultParameterSetName = "Offline")]
    public sealed class RemoveWindowsPackageCommand : DismBase
    {
        [Parameter] [ValidateNotNullOrEmpty] public string PackagePath { get; set; }
        [Parameter] [ValidateNotNullOrEmpty] public string PackageName { get; set; }
        [Parameter(ParameterSetName = "Online")] public SwitchParameter NoRestart { get; set; }
        protected override void Process()
        {
            if (!(Ready(true) is JsonObject image)) return;
            var id = PackageName ?? Cab(PackagePath).Text("identity");
            if (id == null) return;
            if (Held(image, id) == null) { Fail(0x800f0805, "The specified package is not valid.\r\n"); return; }
            Here.Log("event:package-remove", new Dictionary<string, object> { ["identity"] = id });
            Here.Update(s =>
            {
                var now = Image(s, out var p);
                now.List("packages").Remove(Held(now, id));
                if (Online) now["rebootPending"] = true;
                Manifest(now, p, id, false);
            });
            WriteObject(Outcome(Online));
        }
    }
}
