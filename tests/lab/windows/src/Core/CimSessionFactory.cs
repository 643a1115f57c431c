// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// CIM sessions without the native library behind them.

using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Resources;
using System.Runtime.CompilerServices;
using Microsoft.Management.Infrastructure;

namespace WindowsLab
{
    public static class CimSessionFactory
    {
        const BindingFlags Instance = BindingFlags.Instance | BindingFlags.NonPublic;
        const BindingFlags Static = BindingFlags.Static | BindingFlags.NonPublic;

        sealed class Words : ResourceManager
        {
            public override string GetString(string name, CultureInfo culture)
                => name == "CimSessionToString" ? "CimSession: {0}" : name;
        }

        /// <summary>Some builds of the CIM library lack their texts, and then even ToString fails.</summary>
        static CimSessionFactory()
        {
            var library = typeof(CimSession).Assembly;
            var strings = library.GetType("Microsoft.Management.Infrastructure.Strings");
            var field = strings?.GetFields(Static).FirstOrDefault(f => f.FieldType == typeof(ResourceManager));
            if (field != null && !library.GetManifestResourceNames().Any(n => n.EndsWith("Strings.resources")))
            {
                field.SetValue(null, new Words());
            }
        }

        /// <summary>A session to a computer; "." is the local one.</summary>
        public static CimSession Make(string computer)
        {
            var session = (CimSession)RuntimeHelpers.GetUninitializedObject(typeof(CimSession));
            GC.SuppressFinalize(session);
            Set(session, "<ComputerName>k__BackingField", computer == "." ? null : computer);
            Set(session, "<InstanceId>k__BackingField", Guid.NewGuid());
            Set(session, "_disposeThreadSafetyLock", new object());
            Set(session, "_disposed", true);
            return session;
        }

        static void Set(CimSession session, string field, object value)
            => typeof(CimSession).GetField(field, Instance)?.SetValue(session, value);
    }
}
