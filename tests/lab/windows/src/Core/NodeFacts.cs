// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What a node's state says about the machine, with the defaults of its Windows generation.

using System;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    public sealed partial class Node
    {
        public const int Windows2012 = 9200, Windows2012R2 = 9600, Windows2016 = 14393;
        public const int Windows2019 = 17763, Windows2022 = 20348, Windows2025 = 26100;

        public bool IsHost => Read().Text("role") == "host";
        public bool IsGuest => Read().Text("role") == "guest";
        public string ComputerName => Read().Text("computerName") ?? Name.ToUpperInvariant();
        public string Domain => Read().Text("domain", "lab.example");
        public string Language => Read().Text("language", "en");
        public int Build => BuildOf(Read());

        /// <summary>The version of the Hyper-V module; "none" where there is no Hyper-V.</summary>
        public string HyperVModule
        {
            get
            {
                var given = Read().Text("module");
                if (given != null || !IsHost)
                {
                    return given ?? "none";
                }
                return Build < Windows2016 ? "1.1" : "2.0.0.0";
            }
        }

        /// <summary>Hosts before 2016 compare the guests' integration services with their own; later ones do not.</summary>
        public bool ComparesVersions => Build < Windows2016;

        /// <summary>Hosts before 2016 come with the integration services setup disk.</summary>
        public bool HasSetupDisk => IsHost && Read().Flag("vmguestIso", Build < Windows2016);

        public static int BuildOf(JsonObject state)
        {
            var os = state.Obj("os");
            if (os.Has("build"))
            {
                return os.Int("build");
            }
            return Version.TryParse(os.Text("version"), out var version) && version.Build > 0 ? version.Build : Windows2016;
        }

        /// <summary>The value of the first row whose build has been reached; rows go from new to old.</summary>
        public static T ByBuild<T>(int build, T oldest, params (int from, T value)[] rows)
        {
            foreach (var row in rows)
            {
                if (build >= row.from)
                {
                    return row.value;
                }
            }
            return oldest;
        }
    }
}
