// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A start-up hook that keeps what Ansible's Add-CSharpType compiles. Each call of a PowerShell module compiles
// Ansible.Basic again, which costs three quarters of its CPU time; a test run makes thousands of calls.

using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>Puts an alias before the function Add-CSharpType into every runspace of this process.</summary>
internal class StartupHook
{
    public static void Initialize()
    {
        if (string.IsNullOrEmpty(HyperVLab.TypeCache.Folder)) return;
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "System.Management.Automation.dll"))) return;
        try
        {
            HyperVLab.Runspaces.AddCommand();
        }
        catch (Exception error) when (error is NullReferenceException || error is InvalidCastException || error is ArgumentException || error is KeyNotFoundException)
        {
            // Another PowerShell with other insides: everything works, it only compiles each time.
        }
    }
}

namespace HyperVLab
{
    public static class Runspaces
    {
        /// <summary>Adds the cmdlet to the engine's own list; the alias comes before functions of the same name.</summary>
        public static void AddCommand()
        {
            InitialSessionState.CreateDefault2();   // fills the engine's list
            var helpers = typeof(PSObject).Assembly.GetType("System.Management.Automation.Runspaces.PSSnapInHelpers", true);
            var lazy = helpers.GetField("s_cmdletCache", BindingFlags.NonPublic | BindingFlags.Static).GetValue(null);
            var cache = (IDictionary)lazy.GetType().GetProperty("Value").GetValue(lazy);
            var entries = (Dictionary<string, Tuple<SessionStateCmdletEntry, List<SessionStateAliasEntry>>>)cache[typeof(PSObject).Assembly];
            var command = new SessionStateCmdletEntry("Add-KeptCSharpType", typeof(AddKeptCSharpType), null);
            var aliases = new List<SessionStateAliasEntry> { new SessionStateAliasEntry("Add-CSharpType", "Add-KeptCSharpType") };
            entries["Add-KeptCSharpType"] = Tuple.Create(command, aliases);
        }
    }

    /// <summary>Compiled assemblies by a sum of all that decides what the compiler makes.</summary>
    public static class TypeCache
    {
        public static string Folder => Environment.GetEnvironmentVariable("HYPERV_LAB_TYPES");

        public static string FileFor(string function, IEnumerable<string> inputs)
        {
            var text = new StringBuilder(typeof(PSObject).Module.ModuleVersionId.ToString()).Append(function);
            foreach (var input in inputs) text.Append('\0').Append(input);
            var sum = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
            return Path.Combine(Folder, Convert.ToHexString(sum) + ".dll");
        }

        /// <summary>Called by the function that compiles, in the middle of its work.</summary>
        public static void Keep(string file, byte[] assembly)
        {
            Directory.CreateDirectory(Folder);
            var fresh = file + "." + Guid.NewGuid().ToString("N");
            File.WriteAllBytes(fresh, assembly);
            File.Move(fresh, file, true);
        }
    }

    /// <summary>Add-CSharpType of ansible-core: from the cache, else by ansible-core's own function.</summary>
    [Cmdlet("Add", "KeptCSharpType")]
    public sealed class AddKeptCSharpType : PSCmdlet
    {
        static readonly Regex Accelerator = new Regex(@"//\s*TypeAccelerator\s+-Name\s+(?<Name>[\w.]*)\s+-TypeName\s+(?<TypeName>[\w.]*)");
        static readonly Regex Compiled = new Regex(@"(?m)^(?=\s*\$code_ms\.Seek\()");

        [Parameter(Mandatory = true, Position = 0), AllowEmptyCollection] public string[] References { get; set; }
        [Parameter] public SwitchParameter IgnoreWarnings { get; set; }
        [Parameter] public SwitchParameter PassThru { get; set; }
        [Parameter] public object AnsibleModule { get; set; }
        [Parameter] public string TempPath { get; set; }
        [Parameter] public SwitchParameter IncludeDebugInfo { get; set; }
        [Parameter] public string[] CompileSymbols { get; set; } = Array.Empty<string>();

        protected override void EndProcessing()
        {
            if (References.Length == 0) return;
            var function = (FunctionInfo)InvokeCommand.GetCommand("Add-CSharpType", CommandTypes.Function);
            if (function == null) throw new CommandNotFoundException("The term 'Add-CSharpType' is not recognized as a name of a cmdlet, function, script file, or executable program.");
            var inputs = References.Concat(CompileSymbols).Append(IgnoreWarnings.ToString()).Append(IncludeDebugInfo.ToString());
            var file = TypeCache.FileFor(function.Definition, inputs);
            if (!File.Exists(file))
            {
                Compile(function.Definition, file);
                return;
            }
            using (var stream = File.OpenRead(file))
            {
                var assembly = AssemblyLoadContext.Default.LoadFromStream(stream);
                Accelerate(assembly);
                if (PassThru) WriteObject(assembly);
            }
        }

        /// <summary>Runs ansible-core's function with one more line, which keeps what the compiler made.</summary>
        void Compile(string definition, string file)
        {
            var keep = "[HyperVLab.TypeCache]::Keep('" + file.Replace("'", "''") + "', $code_ms.ToArray())\n";
            var block = ScriptBlock.Create(Compiled.Replace(definition, keep, 1));
            var parameters = new Hashtable(MyInvocation.BoundParameters);
            var script = ScriptBlock.Create("param($block, $parameters) & $block @parameters");
            WriteObject(InvokeCommand.InvokeScript(false, script, null, block, parameters), true);
        }

        void Accelerate(Assembly assembly)
        {
            var accelerators = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators");
            foreach (Match match in References.SelectMany(source => Accelerator.Matches(source)))
            {
                var type = assembly.GetTypes().First(one => one.Name == match.Groups["TypeName"].Value);
                accelerators.GetMethod("Add").Invoke(null, new object[] { match.Groups["Name"].Value, type });
            }
        }
    }
}
