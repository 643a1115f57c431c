// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the package cmdlets of DISM share: the image that they work on, and DISM's errors.

using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using WindowsLab;
using WindowsLab.Dism;

namespace Microsoft.Dism.Commands
{
    public abstract class DismCmdlet : LabCmdlet
    {
        protected const uint PathNotFound = 0x80070003, InvalidData = 0x8007000d, WriteProtected = 0x80070013;
        protected const uint NotSupported = 0x80070032, NeedsElevation = 0x800702e4, UnknownPackage = 0x800f0805;
        protected const uint NotApplicable = 0x800f081e;
        protected const string NoPath = "The system cannot find the path specified.\r\n";
        const string DefaultLog = @"C:\Windows\Logs\DISM\dism.log";

        [Parameter(Mandatory = true, ParameterSetName = "Online")]
        public SwitchParameter Online { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "Offline")]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; }

        [Parameter]
        [Alias("LP")]
        public string LogPath { get; set; }

        [Parameter]
        [Alias("LL")]
        public string LogLevel { get; set; }

        [Parameter]
        public string ScratchDirectory { get; set; }

        [Parameter(ParameterSetName = "Offline")]
        public string WindowsDirectory { get; set; }

        [Parameter(ParameterSetName = "Offline")]
        public string SystemDrive { get; set; }

        /// <summary>A failure is a warning and an error, and a line in the log.</summary>
        protected void Fail(uint code, string text)
        {
            var warning = CmdletName + " failed. Error code = 0x" + code.ToString("x");
            WriteWarning(warning);
            var log = Here.Local(LogPath ?? DefaultLog);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(log));
            File.AppendAllText(log, DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss") + ", Error  DISM  " + warning + " - " + text);
            WriteError(new ErrorRecord(new COMException(text, unchecked((int)code)), "", ErrorCategory.NotSpecified, null));
        }

        /// <summary>What holds the packages of the image: the node itself, or a mounted disk with the partition that was named.</summary>
        protected JsonObject Image(JsonObject state, out JsonObject partition, out string vhd)
        {
            partition = null;
            vhd = null;
            if (Online)
            {
                return state;
            }
            var wanted = Path.Replace('/', '\\').TrimEnd('\\') + "\\";
            foreach (var mounted in MountedDisks.All(state))
            {
                foreach (var part in mounted.Value.Rows("partitions"))
                {
                    var letter = part.Text("letter");
                    var byLetter = letter != null && wanted.StartsWith(letter + ":\\", StringComparison.OrdinalIgnoreCase);
                    if (byLetter || part.List("accessPaths").Any(a => Same(wanted, a.ToString())))
                    {
                        partition = part;
                        vhd = mounted.Key;
                        return mounted.Value;
                    }
                }
            }
            return null;
        }

        /// <summary>The image, or null after the error that says why it can't be used.</summary>
        protected JsonObject Ready(bool write)
        {
            var image = Image(Here.Read(), out var partition, out _);
            if (image == null || (partition != null && (partition.Text("os") == null || partition.Flag("locked"))))
            {
                Fail(PathNotFound, NoPath);
                return null;
            }
            if (image.Text("dismError") is string code && (write || image.Text("dismErrorOn") != "write"))
            {
                Fail(Convert.ToUInt32(code, 16), "DISM failed.\r\n");
                return null;
            }
            if (write && image.Flag("readOnly"))
            {
                Fail(WriteProtected, "The media is write protected.\r\n");
                return null;
            }
            if (Online && Here.Read().Text("deny") is string deny && (write || deny == "read"))
            {
                Fail(NeedsElevation, "The requested operation requires elevation.\r\n");
                return null;
            }
            if (!Online && IsNewer(OsVersion(image), OsVersion(Here.Read())))
            {
                Fail(NotSupported, "This version of DISM cannot service an image of a newer Windows.\r\n");
                return null;
            }
            return image;
        }

        protected static string OsVersion(JsonObject image) => image.Text("osVersion") ?? image.Obj("os").Text("version", "");

        protected Cabinet Cab(string path)
        {
            if (!Here.FileExists(path))
            {
                Fail(PathNotFound, NoPath);
                return null;
            }
            var cab = Cabinet.Of(Here, path);
            if (cab == null)
            {
                Fail(InvalidData, "The data is invalid.\r\n");
            }
            return cab;
        }

        protected static bool Fits(Cabinet cab, JsonObject image) => cab.Fits(OsVersion(image), image.Text("arch", "amd64"));

        protected static JsonObject Held(JsonObject image, string identity)
            => image.Rows("packages").FirstOrDefault(p => Same(p.Text("identity"), identity));

        /// <summary>The manifest by which a package is found without DISM.</summary>
        protected void WriteManifest(string vhd, JsonObject partition, string identity, bool present)
        {
            var root = Online ? Here.SystemDrive : Here.PartitionFolder(vhd, partition);
            var file = System.IO.Path.Combine(root, "Windows", "servicing", "Packages", identity + ".mum");
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file));
            if (present)
            {
                File.WriteAllText(file, "package " + identity + "\n");
            }
            else
            {
                File.Delete(file);
            }
        }

        protected ImageObject Outcome(bool restart) => new ImageObject
        {
            Path = Online ? @"C:\" : Path, Online = Online, WinPath = "", SysDrivePath = "", RestartNeeded = restart,
            LogPath = LogPath ?? DefaultLog, ScratchDirectory = "", LogLevel = "WarningsInfo",
        };

        static bool IsNewer(string image, string host)
            => Version.TryParse(image, out var a) && Version.TryParse(host, out var b) && a > b;
    }
}
