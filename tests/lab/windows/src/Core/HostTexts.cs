// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Texts of a host in its display language.

using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>
    /// Sourced are the English texts, "Kein Kontakt" and the German and French "no such component"; the others stand for
    /// "not English", since their only use is to show that nothing may be decided by them.
    /// </summary>
    public static class HostTexts
    {
        static readonly string[] Languages = { "en", "de", "fr", "es", "ru", "ja" };

        static readonly Dictionary<string, string[]> Table = new Dictionary<string, string[]>
        {
            ["Ok"] = new[] { "OK", "OK", "OK", "Correcto", "ОК", "OK" },
            ["NoContact"] = new[] { "No Contact", "Kein Kontakt", "Aucun contact", "Sin contacto", "Нет контакта", "接続なし" },
            ["LostCommunication"] = new[]
            {
                "Lost Communication", "Kommunikation unterbrochen", "Communication perdue", "Comunicación perdida",
                "Связь потеряна", "通信の切断",
            },
            ["Error"] = new[] { "Error", "Fehler", "Erreur", "Error", "Ошибка", "エラー" },
            ["Degraded"] = new[] { "Degraded", "Herabgestuft", "Dégradé", "Degradado", "Снижено", "低下" },
            ["Paused"] = new[] { "Paused", "Angehalten", "En pause", "En pausa", "Приостановлено", "一時停止" },
            ["ProtocolMismatch"] = new[]
            {
                "The protocol version of the component installed in the virtual machine does not match the version " +
                    "expected by the hosting system",
                "Die Protokollversion der Komponente im virtuellen Computer stimmt nicht mit der vom Hostsystem erwarteten " +
                    "Version überein",
                "La version de protocole du composant de l\u2019ordinateur virtuel ne correspond pas à celle attendue par l\u2019hôte",
                "La versión de protocolo del componente de la máquina virtual no coincide con la que espera el sistema host",
                "Версия протокола компонента виртуальной машины не совпадает с ожидаемой",
                "コンポーネントのプロトコル バージョンがホストの想定と一致しません",
            },
            ["Operating normally"] = new[]
            {
                "Operating normally", "Normaler Betrieb", "Fonctionnement normal", "Funcionamiento normal",
                "Работает нормально", "正常に稼働中",
            },
            ["Up to date"] = new[]
            {
                "Up to date", "Auf dem neuesten Stand", "À jour", "Actualizado", "Обновлено", "最新の状態",
            },
            ["Update required"] = new[]
            {
                "Update required", "Update erforderlich", "Mise à jour requise", "Actualización necesaria",
                "Требуется обновление", "更新が必要",
            },
            ["no component"] = new[]
            {
                "No integration component has the specified name.",
                "Es wurde keine Integrationskomponente mit dem angegebenen Namen gefunden.",
                "Aucun composant d'intégration ne porte le nom spécifié.",
                "Ningún componente de integración tiene el nombre especificado.",
                "Компонент интеграции с указанным именем не найден.", "指定された名前の統合コンポーネントはありません。",
            },
            ["bad parameter"] = new[]
            {
                "The parameter is not valid.", "Ein Parameter ist ungültig.", "Le paramètre n'est pas valide.",
                "El parámetro no es válido.", "Недопустимый параметр.", "パラメーターが無効です。",
            },
            ["no vm"] = new[]
            {
                "Hyper-V was unable to find a virtual machine with {0}.", "Hyper-V konnte keinen virtuellen Computer mit {0} finden.",
                "Hyper-V n'a pas pu trouver d'ordinateur virtuel avec {0}.", "Hyper-V no encontró una máquina virtual con {0}.",
                "Hyper-V не удалось найти виртуальную машину: {0}.", "Hyper-V は {0} の仮想マシンを見つけられませんでした。",
            },
            ["denied"] = new[]
            {
                "You do not have the required permission to complete this task. Contact the administrator of the authorization " +
                    "policy for the computer '{0}'.",
                "Sie verfügen nicht über die erforderliche Berechtigung. Wenden Sie sich an den Administrator der " +
                    "Autorisierungsrichtlinie für den Computer \"{0}\".",
                "Vous n'avez pas l'autorisation requise pour effectuer cette tâche. Contactez l'administrateur de l'ordinateur « {0} ».",
                "No tiene el permiso necesario para completar esta tarea. Póngase en contacto con el administrador del equipo '{0}'.",
                "У вас нет необходимых разрешений. Обратитесь к администратору компьютера \"{0}\".",
                "このタスクを完了するために必要なアクセス許可がありません ('{0}')。",
            },
            ["state"] = new[]
            {
                "The operation cannot be performed while the virtual machine is in its current state.",
                "Der Vorgang kann im aktuellen Zustand des virtuellen Computers nicht ausgeführt werden.",
                "L\u2019opération ne peut pas être effectuée lorsque l\u2019ordinateur virtuel est dans son état actuel.",
                "La operación no se puede realizar mientras la máquina virtual está en su estado actual.",
                "Операцию нельзя выполнить в текущем состоянии виртуальной машины.",
                "仮想マシンの現在の状態では操作を実行できません。",
            },
            ["busy"] = new[]
            {
                "The operation cannot be performed while the object is in use.",
                "Der Vorgang kann nicht ausgeführt werden, während das Objekt verwendet wird.",
                "L\u2019opération ne peut pas être effectuée lorsque l\u2019objet est en cours d\u2019utilisation.",
                "La operación no se puede realizar mientras el objeto está en uso.",
                "Операцию нельзя выполнить, пока объект используется.", "オブジェクトの使用中は操作を実行できません。",
            },
        };

        /// <summary>The text in the host's language; a key without translations is the text itself.</summary>
        public static string Get(JsonObject host, string key)
        {
            if (key == null || !Table.TryGetValue(key, out var row))
            {
                return key;
            }
            var language = host.Text("language", "en").Split('-')[0].ToLowerInvariant();
            return row[Math.Max(0, Array.IndexOf(Languages, language))];
        }
    }
}
