// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The Registry provider over a node's state: drives, keys and paths.

using System;
using System.Collections.ObjectModel;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Security;
using Microsoft.Win32;
using WindowsLab;

namespace Microsoft.PowerShell.Commands
{
    /// <summary>Carries the engine's own name and namespace, so that scripts and error records name what they do on Windows.</summary>
    [CmdletProvider("Registry", ProviderCapabilities.ShouldProcess)]
    public sealed partial class RegistryProvider : NavigationCmdletProvider
    {
        static Node Here => Node.Current.Refresh();
        static Hive Now => new Hive(Here.Read());

        protected override Collection<PSDriveInfo> InitializeDefaultDrives()
        {
            MountedDisks.AddDrives(SessionState, Here);
            return new Collection<PSDriveInfo>
            {
                new PSDriveInfo("HKLM", ProviderInfo, "HKEY_LOCAL_MACHINE", "The software settings of the computer", null),
                new PSDriveInfo("HKCU", ProviderInfo, "HKEY_CURRENT_USER", "The software settings of the user", null),
            };
        }

        protected override bool IsValidPath(string path) => true;

        protected override string MakePath(string parent, string child)
        {
            if (string.IsNullOrEmpty(child))
            {
                return Backslashes(parent).TrimEnd('\\') + "\\";
            }
            if (string.IsNullOrEmpty(parent))
            {
                return Backslashes(child);
            }
            return Backslashes(parent).TrimEnd('\\') + "\\" + Backslashes(child).TrimStart('\\');
        }

        protected override string GetParentPath(string path, string root)
        {
            var clean = Backslashes(path).TrimEnd('\\');
            if (!string.IsNullOrEmpty(root) && Json.Same(Hive.Normalize(clean), Hive.Normalize(root)))
            {
                return "";
            }
            var cut = clean.LastIndexOf('\\');
            return cut < 0 ? "" : clean.Substring(0, cut);
        }

        protected override string GetChildName(string path)
        {
            var clean = Backslashes(path).TrimEnd('\\');
            return clean.Substring(clean.LastIndexOf('\\') + 1);
        }

        protected override string NormalizeRelativePath(string path, string basePath)
        {
            var clean = Backslashes(path).Trim('\\');
            var start = Backslashes(basePath).Trim('\\');
            if (start != "" && clean.StartsWith(start + "\\", StringComparison.OrdinalIgnoreCase))
            {
                return clean.Substring(start.Length + 1);
            }
            return Json.Same(clean, start) ? "" : clean;
        }

        protected override bool ItemExists(string path) => MayRead(path) && Now.Exists(path);

        protected override bool IsItemContainer(string path) => Now.Exists(path);

        protected override bool HasChildItems(string path) => Now.SubKeys(path).Any();

        protected override void GetItem(string path)
        {
            if (Present(path))
            {
                Emit(path);
            }
        }

        protected override void GetChildItems(string path, bool recurse) => GetChildItems(path, recurse, uint.MaxValue);

        protected override void GetChildItems(string path, bool recurse, uint depth)
        {
            if (!Present(path))
            {
                return;
            }
            foreach (var name in Now.SubKeys(path))
            {
                if (Stopping)
                {
                    return;
                }
                var child = Hive.Normalize(path) == "" ? name : Hive.Normalize(path) + "\\" + name;
                Emit(child);
                if (recurse && depth > 0)
                {
                    GetChildItems(child, true, depth - 1);
                }
            }
        }

        protected override void GetChildNames(string path, ReturnContainers all)
        {
            foreach (var name in Now.SubKeys(path))
            {
                WriteItemObject(name, name, true);
            }
        }

        protected override void NewItem(string path, string typeName, object value)
        {
            path = Hive.Normalize(path);
            if (!MayWrite(path) || !ShouldProcess("Item: " + path, "New Item"))
            {
                return;
            }
            if (Now.Exists(path))
            {
                if (!Force)
                {
                    Fail(new IOException("A key in this path already exists."), ErrorCategory.ResourceExists, path);
                    return;
                }
                Here.Update(state => new Hive(state, true).DropKey(path));
            }
            if (!Now.Exists(Hive.Parent(path)) && !Force)
            {
                Fail(new ArgumentException("The registry key at the specified path does not exist."), ErrorCategory.InvalidArgument, path);
                return;
            }
            Here.Log("registry:new-key", ("path", path));
            Here.Update(state =>
            {
                var hive = new Hive(state, true);
                hive.Make(path);
                if (value != null)
                {
                    hive.Put(path, "", value, RegistryValueKind.String);
                }
            });
            Emit(path);
        }

        protected override void SetItem(string path, object value)
        {
            var target = "Item: " + Hive.Normalize(path) + " Value: " + value;
            if (Present(path) && MayWrite(path) && ShouldProcess(target, "Set Item"))
            {
                Here.Update(state => new Hive(state, true).Put(path, "", value, Hive.Guess(value)));
                WriteItemObject(value, Hive.Normalize(path), true);
            }
        }

        protected override object SetItemDynamicParameters(string path, object value) => new RegistryTypeParameter();

        protected override void RemoveItem(string path, bool recurse)
        {
            if (Present(path) && MayWrite(path) && ShouldProcess("Item: " + Hive.Normalize(path), "Remove Key"))
            {
                Here.Log("registry:remove-key", ("path", Hive.Normalize(path)));
                Here.Update(state => new Hive(state, true).DropKey(path));
            }
        }

        static string Backslashes(string path) => (path ?? "").Replace('/', '\\');

        void Fail(Exception error, ErrorCategory category, string target)
            => WriteError(new ErrorRecord(error, error.GetType().FullName, category, target));

        bool MayRead(string path) => !Denied(path, "registryDeny");

        bool MayWrite(string path) => !Denied(path, "registryDenyWrite");

        /// <summary>A key that is denied is an error and not "absent", as on Windows.</summary>
        bool Denied(string path, string list)
        {
            var wanted = Hive.Normalize(path) + "\\";
            foreach (var denied in Here.Read().List(list))
            {
                if (wanted.StartsWith(Hive.Normalize(denied.ToString()) + "\\", StringComparison.OrdinalIgnoreCase))
                {
                    Fail(new SecurityException("Requested registry access is not allowed."), ErrorCategory.PermissionDenied, path);
                    return true;
                }
            }
            return false;
        }

        bool Present(string path)
        {
            if (!MayRead(path))
            {
                return false;
            }
            if (Now.Exists(path))
            {
                return true;
            }
            var full = Hive.Normalize(path);
            var missing = new ItemNotFoundException("Cannot find path '" + full + "' because it does not exist.");
            WriteError(new ErrorRecord(missing, "PathNotFound", ErrorCategory.ObjectNotFound, full));
            return false;
        }

        void Emit(string path)
        {
            var full = Now.Spell(path);
            var item = new PSObject(new LabRegistryKey(Here, full));
            item.TypeNames.Insert(0, "Microsoft.Win32.RegistryKey");
            var names = Now.ValueNames(full).Select(n => n == "" ? "(default)" : n).ToArray();
            item.Properties.Add(new PSNoteProperty("Property", names));
            WriteItemObject(item, full, true);
        }
    }
}
