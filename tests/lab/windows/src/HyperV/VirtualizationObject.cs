// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What all objects and errors of the Hyper-V module share.

using System;
using System.Text.Json.Nodes;
using Microsoft.Management.Infrastructure;
using WindowsLab;

namespace Microsoft.HyperV.PowerShell
{
    public class VirtualizationException : Exception
    {
        public VirtualizationException(string message) : base(message)
        {
        }

        public string ErrorIdentifier { get; set; }
    }

    public class VirtualizationInvalidArgumentException : VirtualizationException
    {
        public VirtualizationInvalidArgumentException(string message) : base(message)
        {
        }
    }

    /// <summary>A live view: each property is read from the node's state when it is asked for.</summary>
    public abstract class VirtualizationObject
    {
        static readonly CimSession LocalSession = CimSessionFactory.Make(".");

        internal VirtualizationObject(Node node)
        {
            Node = node;
        }

        public CimSession CimSession => LocalSession;
        public string ComputerName => Node.ComputerName;
        public abstract bool IsDeleted { get; }
        internal Node Node { get; }
        internal JsonObject Host => Node.Read();
    }
}
