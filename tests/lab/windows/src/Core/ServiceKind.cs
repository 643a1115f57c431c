// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The six integration services: what they are called, and where.

using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>One integration service: its key in state.json, component GUID, WMI class, guest service and names.</summary>
    public sealed class ServiceKind
    {
        readonly Dictionary<string, string> names = new Dictionary<string, string>();

        ServiceKind(string key, string guid, string wmi, string guestService, params (string language, string name)[] spellings)
        {
            Key = key;
            Guid = guid;
            Wmi = wmi;
            GuestService = guestService;
            foreach (var (language, name) in spellings)
            {
                names[language] = name;
            }
        }

        public string Key { get; }
        public string Guid { get; }

        /// <summary>The middle of the WMI class names: Msvm_*Component, Msvm_*ComponentSettingData.</summary>
        public string Wmi { get; }
        public string GuestService { get; }

        public static readonly ServiceKind GuestServiceInterface = new ServiceKind(
            "GuestServiceInterface", "6C09BB55-D683-4DA0-8931-C9BF705F6480", "GuestServiceInterface", "vmicguestinterface",
            ("en", "Guest Service Interface"), ("de", "Gastdienstschnittstelle"), ("fr", "Interface de services d\u2019invité"),
            ("es", "Interfaz de servicio de invitado"), ("ru", "Интерфейс гостевой службы"),
            ("ja", "ゲスト サービス インターフェイス"), ("zh-cn", "来宾服务接口"),
            ("pt-br", "Interface de Serviço de Convidado"), ("it", "Interfaccia servizio guest"));

        public static readonly ServiceKind Heartbeat = new ServiceKind(
            "Heartbeat", "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47", "Heartbeat", "vmicheartbeat",
            ("en", "Heartbeat"), ("de", "Takt"), ("fr", "Pulsation"), ("es", "Latido"), ("ru", "Пульс"),
            ("ja", "ハートビート"), ("zh-cn", "检测信号"), ("pt-br", "Pulsação"), ("it", "Heartbeat"));

        public static readonly ServiceKind KeyValuePairExchange = new ServiceKind(
            "KeyValuePairExchange", "2A34B1C2-FD73-4043-8A5B-DD2159BC743F", "KvpExchange", "vmickvpexchange",
            ("en", "Key-Value Pair Exchange"), ("de", "Austausch von Schlüsselwertepaaren"),
            ("fr", "Échange de paires clé-valeur"), ("es", "Intercambio de pares clave-valor"),
            ("ru", "Обмен парами \"ключ-значение\""), ("ja", "キー値ペア交換"), ("it", "Scambio coppie chiave-valore"));

        public static readonly ServiceKind Shutdown = new ServiceKind(
            "Shutdown", "9F8233AC-BE49-4C79-8EE3-E7E1985B2077", "Shutdown", "vmicshutdown",
            ("en", "Shutdown"), ("de", "Herunterfahren"), ("fr", "Arrêt"), ("es", "Apagar"), ("ru", "Завершение работы"),
            ("ja", "シャットダウン"), ("zh-cn", "关闭"), ("it", "Arresto"));

        public static readonly ServiceKind TimeSynchronization = new ServiceKind(
            "TimeSynchronization", "2497F4DE-E9FA-4204-80E4-4B75C46419C0", "TimeSync", "vmictimesync",
            ("en", "Time Synchronization"), ("de", "Zeitsynchronisierung"), ("fr", "Synchronisation date/heure"),
            ("es", "Sincronización de hora"), ("ru", "Синхронизация времени"), ("ja", "時刻の同期"), ("zh-cn", "时间同步"),
            ("it", "Sincronizzazione ora"));

        public static readonly ServiceKind Vss = new ServiceKind(
            "VSS", "5CED1297-4598-4915-A5FC-AD21BB4D02A4", "Vss", "vmicvss", ("en", "VSS"));

        /// <summary>In the order in which Get-VMIntegrationService lists them.</summary>
        public static readonly ServiceKind[] All =
        {
            GuestServiceInterface, Heartbeat, KeyValuePairExchange, Shutdown, TimeSynchronization, Vss,
        };

        public static ServiceKind ByGuestService(string name) => All.FirstOrDefault(k => Json.Same(k.GuestService, name));

        public static ServiceKind ByGuid(string guid) => All.FirstOrDefault(k => Json.Same(k.Guid, guid));

        public static ServiceKind ByWmi(string wmi) => All.FirstOrDefault(k => Json.Same(k.Wmi, wmi));

        /// <summary>The name on a host, which its state may spell out itself.</summary>
        public string NameOn(JsonObject host)
            => host.Obj("serviceNames").Text(Key) ?? NameIn(host.Text("language", "en"));

        string NameIn(string language)
        {
            language = language.ToLowerInvariant();
            if (names.TryGetValue(language, out var exact))
            {
                return exact;
            }
            return names.TryGetValue(language.Split('-')[0], out var near) ? near : names["en"];
        }
    }
}
