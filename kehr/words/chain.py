"""What `verify-log` found: one sentence for each way in which the log can have been changed."""

from __future__ import annotations

CHAIN: dict[str, str] = {
    "chain_changed": (
        "Ereignis {event} vom {exact} ({kind} an {name}, {recipient}) oder sein Siegel wurde nachträglich "
        "geändert."
    ),
    "chain_seal_changed": (
        "Das Siegel von Ereignis {event} vom {exact} ({kind} an {name}, {recipient}) wurde nachträglich "
        "geändert."
    ),
    "chain_removed": (
        "Ereignis {event} ({kind} an {name}, {recipient}), versiegelt am {exact}, wurde entfernt."
    ),
    "chain_swapped": (
        "Ereignis {event} vom {exact} ({kind} an {name}, {recipient}) wurde mit Ereignis {other} vertauscht."
    ),
    "chain_gap": (
        "Vor Ereignis {event} vom {exact} ({kind} an {name}, {recipient}) wurden Einträge samt Siegel "
        "entfernt; in der ganzen Kette fehlen {count}."
    ),
    "chain_added": (
        "Ereignis {event} vom {exact} ({kind} an {name}, {recipient}) wurde nachträglich eingefügt."
    ),
    "chain_seal_missing": (
        "Das Siegel von Ereignis {event} vom {exact} ({kind} an {name}, {recipient}) wurde entfernt."
    ),
    "chain_cut": (
        "Das Ende der Kette wurde abgeschnitten: Nach Ereignis {event} vom {exact} ({kind} an {name}, "
        "{recipient}) fehlen {count} Einträge bis Ereignis {other}."
    ),
    "chain_emptied": "Die ganze Kette wurde entfernt: Es fehlen {count} Einträge bis Ereignis {other}.",
    "chain_head": "Das Ende der Kette, wie es vermerkt ist, passt nicht zu ihren Siegeln: Es wurde geändert.",
    "chain_text": (
        "Die Nachricht {message} ({kind} an {name}, {recipient}) wurde geändert, nachdem sie hinausgegangen "
        "ist: Sie passt nicht mehr zum Siegel von Ereignis {event} vom {exact}."
    ),
    "chain_state": (
        "Der Zustand der Nachricht {message} ({kind} an {name}, {recipient}) wurde geändert: Er passt nicht "
        "zu ihrem letzten Ereignis {event} vom {exact}."
    ),
    "chain_message_removed": (
        "Die Nachricht {message}, von der Ereignis {event} vom {exact} erzählt, wurde entfernt."
    ),
    "chain_message_added": (
        "Die Nachricht {message} ({kind} an {name}, {recipient}) wurde eingefügt: Kein Ereignis erzählt "
        "von ihr."
    ),
    "chain_printed": (
        "Der gedruckte Prüfwert zu Eintrag {number} stimmt nicht: An dieser Stelle der Kette steht {hash}. "
        "Das Protokoll wurde seither geändert, oder er wurde falsch abgetippt."
    ),
    "chain_short": (
        "Die Kette hat nur {count} Einträge, gedruckt wurde Eintrag {number}. Ihr Ende wurde seither "
        "abgeschnitten, oder die Nummer wurde falsch abgetippt."
    ),
}
