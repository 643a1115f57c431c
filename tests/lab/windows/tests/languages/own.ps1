# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Display languages. One session goes from host to host: what is localized is the host's doing.

$facts = @{
    de = 'Gastdienstschnittstelle', 'Takt', 'Austausch von Schlüsselwertepaaren', 'Herunterfahren', 'Zeitsynchronisierung', 'VSS'
    fr = "Interface de services d$([char]0x2019)invité", 'Pulsation', 'Échange de paires clé-valeur', 'Arrêt', 'Synchronisation date/heure', 'VSS'
    ru = 'Интерфейс гостевой службы', 'Пульс', 'Обмен парами "ключ-значение"', 'Завершение работы', 'Синхронизация времени', 'VSS'
}

Assert-Behaviour -Name 'German, French and Russian hosts have the names of real ones' -Fact '2.2 names' -Body {
    foreach ($language in $facts.Keys) {
        $names = Use-Node -Name $language -Body { Get-VMIntegrationService -VMName web | ForEach-Object { $_.Name } }
        Assert-Equal -Actual @($names) -Expected $facts[$language]
    }
}

Assert-Behaviour -Name 'Spanish and Japanese hosts have the names that are known' -Fact '2.2 names known' -Body {
    $latido = Use-Node -Name es -Body { (Get-VMIntegrationService -VMName web)[1].Name }
    Assert-Equal -Actual $latido -Expected 'Latido'
    $names = Use-Node -Name ja -Body { (Get-VMIntegrationService -VMName web)[0, 1, 5] | ForEach-Object { $_.Name } }
    Assert-Equal -Actual @($names) -Expected @('ゲスト サービス インターフェイス', 'ハートビート', 'VSS')
}

Assert-Behaviour -Name 'the English name is not known on a host of another language' -Fact '1.2 localized' -Body {
    $record = Use-Node -Name de -Body { Get-ErrorOf -Body { Enable-VMIntegrationService -VMName web -Name Heartbeat } }
    Assert-Equal -Actual "$record" -Expected 'Es wurde keine Integrationskomponente mit dem angegebenen Namen gefunden.'
    $french = Use-Node -Name fr -Body { Get-ErrorOf -Body { Enable-VMIntegrationService -VMName web -Name Heartbeat } }
    Assert-Equal -Actual "$french" -Expected "Aucun composant d'intégration ne porte le nom spécifié."
    $own = Use-Node -Name de -Body { Enable-VMIntegrationService -VMName web -Name Takt -Passthru }
    Assert-Equal -Actual $own.Enabled -Expected $true
}

Assert-Behaviour -Name 'status texts are localized, their numbers are not' -Fact '1.4 localized' -Body {
    $one = Use-Node -Name de -Body {
        $heartbeat = (Get-VMIntegrationService -VMName web)[1]
        "$([int]$heartbeat.PrimaryOperationalStatus) $($heartbeat.PrimaryStatusDescription)"
    }
    Assert-Equal -Actual $one -Expected '12 Kein Kontakt'
}

Assert-Behaviour -Name 'the caption of a setting in WMI is the own spelling of a host' -Fact '2.2 caption' -Body {
    $captions = Use-Node -Name fr -Body {
        Get-CimInstance -Namespace root/virtualization/v2 -ClassName Msvm_TimeSyncComponentSettingData | ForEach-Object { $_.Caption }
    }
    Assert-Equal -Actual $captions -Expected 'Synchronisation date/heure'
}

Assert-Behaviour -Name 'a host may spell a name as no list has it' -Fact '2.2 own spelling' -Body {
    Assert-Equal -Actual (Get-VMIntegrationService -VMName web)[1].Name -Expected 'Herzschlag'
}
