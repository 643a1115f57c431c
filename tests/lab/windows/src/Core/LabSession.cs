// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Management.Infrastructure;

namespace WinLab
{
    /// <summary>A CimSession without the native library behind it.</summary>
    public static class LabSession
    {
        sealed class Words : System.Resources.ResourceManager
        {
            public override string GetString(string name, CultureInfo culture) => name == "CimSessionToString" ? "CimSession: {0}" : name;
        }

        /// <summary>Some builds of the CIM library lack their texts, and then even ToString fails.</summary>
        static LabSession()
        {
            var strings = typeof(CimSession).Assembly.GetType("Microsoft.Management.Infrastructure.Strings");
            var field = strings?.GetFields(BindingFlags.Static | BindingFlags.NonPublic).FirstOrDefault(f => f.FieldType == typeof(System.Resources.ResourceManager));
            if (field != null && !typeof(CimSession).Assembly.GetManifestResourceNames().Any(n => n.EndsWith("Strings.resources"))) field.SetValue(null, new Words());
        }

        public static CimSession Make(string computer)
        {
            var session = (CimSession)RuntimeHelpers.GetUninitializedObject(typeof(CimSession));
            GC.SuppressFinalize(session);
            void Set(string field, object value) => typeof(CimSession).GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)?.SetValue(session, value);
            Set("<ComputerName>k__BackingField", computer == "." ? null : computer);
            Set("<InstanceId>k__BackingField", Guid.NewGuid());
            Set("_disposeThreadSafetyLock", new object());
            Set("_disposed", true);
            return session;
        }
    }
}
