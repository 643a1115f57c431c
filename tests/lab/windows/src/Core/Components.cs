// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Microsoft.HyperV.PowerShell;
using IcStatus = Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus;

namespace WinLab
{
    /// <summary>One of the six integration services: its ids, names and guest service.</summary>
    public sealed class Component
    {
        public string Key, Guid, Wmi, Service;
        readonly Dictionary<string, string> names = new Dictionary<string, string>();

        Component(string key, string guid, string wmi, string service, params string[] pairs)
        {
            Key = key; Guid = guid; Wmi = wmi; Service = service;
            for (var i = 0; i < pairs.Length; i += 2) names[pairs[i]] = pairs[i + 1];
        }

        public string Name(string language)
        {
            language = (language ?? "en").ToLowerInvariant();
            if (names.TryGetValue(language, out var exact)) return exact;
            return names.TryGetValue(language.Split('-')[0], out var near) ? near : names["en"];
        }

        public static readonly Component[] All =
        {
            new Component("GuestServiceInterface", "6C09BB55-D683-4DA0-8931-C9BF705F6480", "GuestServiceInterface", "vmicguestinterface",
                "en", "Guest Service Interface", "de", "Gastdienstschnittstelle", "fr", "Interface de services d\u2019invit\u00e9",
                "ru", "Интерфейс гостевой службы", "ja", "ゲスト サービス インターフェイス", "zh-cn", "来宾服务接口",
                "pt-br", "Interface de Serviço de Convidado", "es", "Interfaz de servicio de invitado", "it", "Interfaccia servizio guest"),
            new Component("Heartbeat", "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47", "Heartbeat", "vmicheartbeat",
                "en", "Heartbeat", "de", "Takt", "fr", "Pulsation", "ru", "Пульс", "ja", "ハートビート", "zh-cn", "检测信号",
                "pt-br", "Pulsação", "es", "Latido", "it", "Heartbeat"),
            new Component("KeyValuePairExchange", "2A34B1C2-FD73-4043-8A5B-DD2159BC743F", "KvpExchange", "vmickvpexchange",
                "en", "Key-Value Pair Exchange", "de", "Austausch von Schlüsselwertepaaren", "fr", "Échange de paires clé-valeur",
                "ru", "Обмен парами \"ключ-значение\"", "ja", "キー値ペア交換", "es", "Intercambio de pares clave-valor", "it", "Scambio coppie chiave-valore"),
            new Component("Shutdown", "9F8233AC-BE49-4C79-8EE3-E7E1985B2077", "Shutdown", "vmicshutdown",
                "en", "Shutdown", "de", "Herunterfahren", "fr", "Arrêt", "ru", "Завершение работы", "ja", "シャットダウン", "zh-cn", "关闭",
                "es", "Apagar", "it", "Arresto"),
            new Component("TimeSynchronization", "2497F4DE-E9FA-4204-80E4-4B75C46419C0", "TimeSync", "vmictimesync",
                "en", "Time Synchronization", "de", "Zeitsynchronisierung", "fr", "Synchronisation date/heure", "ru", "Синхронизация времени",
                "ja", "時刻の同期", "zh-cn", "时间同步", "es", "Sincronización de hora", "it", "Sincronizzazione ora"),
            new Component("VSS", "5CED1297-4598-4915-A5FC-AD21BB4D02A4", "Vss", "vmicvss", "en", "VSS"),
        };

        public static Component ByService(string name) => All.FirstOrDefault(c => string.Equals(c.Service, name, StringComparison.OrdinalIgnoreCase));
        public static Component ByGuid(string guid) => All.FirstOrDefault(c => string.Equals(c.Guid, guid, StringComparison.OrdinalIgnoreCase));
        public static Component ByWmi(string wmi) => All.FirstOrDefault(c => string.Equals(c.Wmi, wmi, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Texts of the host in its language. Only "Kein Kontakt" is sourced; the others stand for "not English".</summary>
    public static class Texts
    {
        static readonly Dictionary<string, string[]> Table = new Dictionary<string, string[]>
        {
            //                    en                                    de                                   fr                                es                                ru                         ja
            ["Ok"] = new[] { "OK", "OK", "OK", "Correcto", "ОК", "OK" },
            ["NoContact"] = new[] { "No Contact", "Kein Kontakt", "Aucun contact", "Sin contacto", "Нет контакта", "接続なし" },
            ["LostCommunication"] = new[] { "Lost Communication", "Kommunikation unterbrochen", "Communication perdue", "Comunicación perdida", "Связь потеряна", "通信の切断" },
            ["Error"] = new[] { "Error", "Fehler", "Erreur", "Error", "Ошибка", "エラー" },
            ["Degraded"] = new[] { "Degraded", "Herabgestuft", "Dégradé", "Degradado", "Снижено", "低下" },
            ["Paused"] = new[] { "Paused", "Angehalten", "En pause", "En pausa", "Приостановлено", "一時停止" },
            ["ProtocolMismatch"] = new[] {
                "The protocol version of the component installed in the virtual machine does not match the version expected by the hosting system",
                "Die Protokollversion der Komponente im virtuellen Computer stimmt nicht mit der vom Hostsystem erwarteten Version überein",
                "La version de protocole du composant de l\u2019ordinateur virtuel ne correspond pas à celle attendue par l\u2019hôte",
                "La versión de protocolo del componente de la máquina virtual no coincide con la que espera el sistema host",
                "Версия протокола компонента виртуальной машины не совпадает с ожидаемой", "コンポーネントのプロトコル バージョンがホストの想定と一致しません" },
            ["Operating normally"] = new[] { "Operating normally", "Normaler Betrieb", "Fonctionnement normal", "Funcionamiento normal", "Работает нормально", "正常に稼働中" },
            ["Up to date"] = new[] { "Up to date", "Auf dem neuesten Stand", "À jour", "Actualizado", "Обновлено", "最新の状態" },
            ["Update required"] = new[] { "Update required", "Update erforderlich", "Mise à jour requise", "Actualización necesaria", "Требуется обновление", "更新が必要" },
            ["no component"] = new[] {
                "No integration component has the specified name.", "Es wurde keine Integrationskomponente mit dem angegebenen Namen gefunden.",
                "Aucun composant d'intégration ne porte le nom spécifié.", "Ningún componente de integración tiene el nombre especificado.",
                "Компонент интеграции с указанным именем не найден.", "指定された名前の統合コンポーネントはありません。" },
            ["bad parameter"] = new[] { "The parameter is not valid.", "Ein Parameter ist ungültig.", "Le paramètre n'est pas valide.", "El parámetro no es válido.", "Недопустимый параметр.", "パラメーターが無効です。" },
            ["no vm"] = new[] {
                "Hyper-V was unable to find a virtual machine with {0}.", "Hyper-V konnte keinen virtuellen Computer mit {0} finden.",
                "Hyper-V n'a pas pu trouver d'ordinateur virtuel avec {0}.", "Hyper-V no encontró una máquina virtual con {0}.",
                "Hyper-V не удалось найти виртуальную машину: {0}.", "Hyper-V は {0} の仮想マシンを見つけられませんでした。" },
            ["denied"] = new[] {
                "You do not have the required permission to complete this task. Contact the administrator of the authorization policy for the computer '{0}'.",
                "Sie verfügen nicht über die erforderliche Berechtigung. Wenden Sie sich an den Administrator der Autorisierungsrichtlinie für den Computer \"{0}\".",
                "Vous n'avez pas l'autorisation requise pour effectuer cette tâche. Contactez l'administrateur de l'ordinateur « {0} ».",
                "No tiene el permiso necesario para completar esta tarea. Póngase en contacto con el administrador del equipo '{0}'.",
                "У вас нет необходимых разрешений. Обратитесь к администратору компьютера \"{0}\".", "このタスクを完了するために必要なアクセス許可がありません ('{0}')。" },
            ["state"] = new[] {
                "The operation cannot be performed while the virtual machine is in its current state.",
                "Der Vorgang kann im aktuellen Zustand des virtuellen Computers nicht ausgeführt werden.",
                "L\u2019opération ne peut pas être effectuée lorsque l\u2019ordinateur virtuel est dans son état actuel.",
                "La operación no se puede realizar mientras la máquina virtual está en su estado actual.",
                "Операцию нельзя выполнить в текущем состоянии виртуальной машины.", "仮想マシンの現在の状態では操作を実行できません。" },
            ["busy"] = new[] {
                "The operation cannot be performed while the object is in use.", "Der Vorgang kann nicht ausgeführt werden, während das Objekt verwendet wird.",
                "L\u2019opération ne peut pas être effectuée lorsque l\u2019objet est en cours d\u2019utilisation.", "La operación no se puede realizar mientras el objeto está en uso.",
                "Операцию нельзя выполнить, пока объект используется.", "オブジェクトの使用中は操作を実行できません。" },
        };
        static readonly string[] Languages = { "en", "de", "fr", "es", "ru", "ja" };

        public static string Get(JsonObject host, string key)
        {
            if (key == null || !Table.TryGetValue(key, out var row)) return key;
            var language = host.Text("language", "en").Split('-')[0].ToLowerInvariant();
            return row[Math.Max(0, Array.IndexOf(Languages, language))];
        }
    }

    /// <summary>What the host sees of a VM's services, and what switching them does inside a linked guest.</summary>
    public static class Services
    {
        public const string Software = @"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine";

        public static JsonObject Vm(JsonObject host, Guid id)
            => host.List("vms").OfType<JsonObject>().FirstOrDefault(v => System.Guid.TryParse(v.Text("id"), out var g) && g == id);

        public static bool On(JsonObject vm, string key)
        {
            var s = vm.Obj("services").Get(key);
            return s is JsonObject o ? o.Flag("enabled") : s != null && s.ToString() == "true";
        }

        public static JsonObject Entry(JsonObject vm, string key)
        {
            var all = vm.MakeObj("services");
            if (!(all.Get(key) is JsonObject o)) { var was = On(vm, key); all[key] = o = new JsonObject { ["enabled"] = was }; }
            return o;
        }

        static bool Live(JsonObject vm) => (vm.Text("state") ?? "").StartsWith("Running");

        static JsonObject GuestService(Node host, JsonObject vm, Component c)
        {
            var guest = vm.Text("guest") is string name ? host.Sibling(name) : null;
            return guest?.Read().List("services").OfType<JsonObject>().FirstOrDefault(s => string.Equals(s.Text("name"), c.Service, StringComparison.OrdinalIgnoreCase));
        }

        static IcStatus? Named(JsonObject o, string key)
            => o.Text(key) is string s && Enum.TryParse<IcStatus>(s, true, out var v) ? v : (IcStatus?)null;

        /// <summary>Primary and secondary status of one service as the host reports it now.</summary>
        public static (IcStatus? first, IcStatus? second) Status(Node host, JsonObject state, JsonObject vm, Component c)
        {
            var own = vm.Obj("services").Get(c.Key) as JsonObject;
            if (own != null && own.Has("primary")) return (Named(own, "primary"), Named(own, "secondary"));
            var vmState = vm.Text("state", "Off");
            if (vmState.StartsWith("Paused"))
                return c.Key == "Heartbeat" && On(vm, c.Key) ? ((IcStatus)15, (IcStatus?)null) : (IcStatus.Ok, (IcStatus?)null);
            if (!Live(vm)) return (null, null);
            if (!On(vm, c.Key)) return (IcStatus.Ok, null);
            if (own.Int("contactIn") > 0) return (IcStatus.NoContact, null);
            if (vm.Text("guest") is string name && host.Sibling(name) != null)
            {
                var service = GuestService(host, vm, c);
                if (service == null || service.Text("status") != "Running") return (IcStatus.NoContact, null);
            }
            if (vm.Flag("noDaemons")) return (IcStatus.NoContact, null);
            if (vm.Flag("protocolMismatch")) return (IcStatus.Ok, IcStatus.ProtocolMismatch);
            if (own != null && own.Has("secondary")) return (IcStatus.Ok, Named(own, "secondary"));
            return (IcStatus.Ok, c.Key == "Heartbeat" && !vm.Flag("linux") ? IcStatus.Ok : (IcStatus?)null);
        }

        public static string StatusText(JsonObject state, IcStatus? status)
            => status == null ? null : (int)status == 15 ? Texts.Get(state, "Paused") : Texts.Get(state, status.ToString());

        /// <summary>One more read has passed: services that wait for their guest come nearer.</summary>
        public static void Tick(Node host, Guid id)
        {
            bool Waiting(JsonObject v) => v.Obj("services") != null && v.Obj("services").Any(s => (s.Value as JsonObject).Int("contactIn") > 0);
            var vm = Vm(host.Read(), id);
            if (vm == null || !Live(vm) || !Waiting(vm)) return;
            host.Update(s =>
            {
                foreach (var one in Vm(s, id).Obj("services").Objects())
                    if (one.Value.Int("contactIn") is int n && n > 0) one.Value["contactIn"] = n - 1;
            });
        }

        public static void Switch(Node host, Guid id, Component c, bool on)
        {
            host.Log(on ? "event:enable" : "event:disable", new Dictionary<string, object> { ["vm"] = id.ToString(), ["component"] = c.Guid });
            var link = host.Update(s =>
            {
                var vm = Vm(s, id);
                var entry = Entry(vm, c.Key);
                var was = entry.Flag("enabled");
                entry["enabled"] = on;
                if (on && !was && Live(vm)) entry["contactIn"] = s.Int("contactAfterReads", 1) + 1;   // the next read counts first
                if (!on) entry.Remove("contactIn");
                return Live(vm) ? vm.Text("guest") : null;
            });
            if (link != null && host.Sibling(link) is Node guest) GuestSet(guest, c.Service, on);
        }

        /// <summary>What the host does to a guest's service, as far as its start type lets it.</summary>
        public static void GuestSet(Node guest, string service, bool run)
        {
            guest.Update(s =>
            {
                var one = s.List("services").OfType<JsonObject>().FirstOrDefault(x => string.Equals(x.Text("name"), service, StringComparison.OrdinalIgnoreCase));
                if (one == null || (run && one.Text("startType") == "Disabled")) return;
                one["status"] = run ? "Running" : "Stopped";
                one.Remove("startIn");
                one.Remove("stopIn");
                if (run) Started(guest, s, service);
            });
        }

        /// <summary>Starts or stops a linked guest's vmic services with its VM.</summary>
        public static void Power(Node host, JsonObject vm, bool on)
        {
            if (!(vm.Text("guest") is string name) || !(host.Sibling(name) is Node guest)) return;
            guest.Update(s => { s["poweredOff"] = !on; });
            foreach (var c in Component.All) GuestSet(guest, c.Service, on && On(vm, c.Key));
        }

        /// <summary>Effects of a guest service that has just started: the Data Exchange service writes the registry.</summary>
        public static void Started(Node guest, JsonObject state, string service)
        {
            if (!string.Equals(service, "vmickvpexchange", StringComparison.OrdinalIgnoreCase)) return;
            var hive = new Hive(state, true);
            if (state.Text("icVersion") is string version) hive.Put(Software + @"\Auto", "IntegrationServicesVersion", version, Microsoft.Win32.RegistryValueKind.String);
            var (host, vm) = HostOf(guest, state);
            if (vm == null) return;
            var about = host.Read();
            var parameters = Software + @"\Guest\Parameters";
            void Put(string n, string v) => hive.Put(parameters, n, v, Microsoft.Win32.RegistryValueKind.String);
            var version_ = (about.Obj("os").Text("version") ?? "10.0.0").Split('.');
            var name = about.Text("computerName", host.Name.ToUpperInvariant());
            Put("HostName", name);
            Put("PhysicalHostName", name);
            Put("PhysicalHostNameFullyQualified", name + "." + about.Text("domain", "lab.example"));
            Put("VirtualMachineName", vm.Text("name"));
            Put("VirtualMachineId", vm.Text("id").ToUpperInvariant());
            Put("HostingSystemOsMajor", version_[0]);
            Put("HostingSystemOsMinor", version_[1]);
            Put("HostingSystemEditionId", about.Obj("os").Text("sku", "8"));
            Put("HostingSystemProcessorArchitecture", "9");
            Put("HostingSystemNestedLevel", "0");
            foreach (var item in vm.Obj("kvp").Obj("host") ?? new JsonObject())
                hive.Put(Software + @"\External", item.Key, item.Value?.ToString() ?? "", Microsoft.Win32.RegistryValueKind.String);
        }

        /// <summary>The host node and VM that a guest node belongs to, if it is linked.</summary>
        public static (Node host, JsonObject vm) HostOf(Node guest, JsonObject state)
        {
            var link = state.Obj("hostLink");
            if (link == null || !(guest.Sibling(link.Text("node") ?? "") is Node host)) return (null, null);
            return (host, System.Guid.TryParse(link.Text("vmId"), out var id) ? Vm(host.Read(), id) : null);
        }
    }
}
