"""The words by which each thing a message reports is usually said: a message that has none of them is oblique."""

from __future__ import annotations

import re
from typing import Any

USUAL = {
    "infidelity": (
        r"cheat\w*|affairs?|unfaithful\w*|infidelity|adulter\w*|betray\w*|sle(?:pt|ep\w*) with|mistress"
        r"|other (?:woman|man|girl|guy)|(?:some|any)(?:one|body) else|tinder|hooked up|one night stand"
        r"|had sex"
    ),
    "dishonesty": (
        r"l(?:ie|ies|ied|ying|iar)|dishonest\w*|secret\w*|hid(?:e|es|ing|den)?|truth|deceiv\w*|deceit|deny"
        r"|denie[sd]|promised?|delet\w*"
    ),
    "neglect": (
        r"neglect\w*|ignor\w*|ghost\w*|silent treatment|no time|never (?:listens?|there)|doesn'?t listen"
        r"|stonewall\w*|distant|invisible|alone|absent|attention|affection"
    ),
    "self_harm": (
        r"suicid\w*|kill (?:my|him|her|them)sel\w*|end (?:my|his|her|their) life|want to die|wanna die"
        r"|be dead|better off dead|self.?harm\w*|cut(?:ting)? (?:my|her|him)self|hurt (?:my|her|him)self"
        r"|kms|overdose\w*|not be alive|hang myself"
    ),
    "partner_abuse": (
        r"abus\w*|hits?|hitting|violen\w*|beat\w*|punch\w*|slap\w*|chok\w*|strangl\w*|threat\w*"
        r"|rap(?:e|ed|es)|forced?|control\w*|stalk\w*|afraid of|scared of|shov\w*|push\w*|kick\w*"
        r"|narciss\w*"
    ),
    "harm_to_others": (
        r"kill\w*|murder\w*|hurt (?:him|her|them)|hit (?:him|her|them)|stab\w*|shoot\w*"
        r"|beat (?:him|her|them)|attack\w*|punch\w*|poison\w*|revenge|harm\w*"
    ),
    "child_at_risk": (
        r"abus\w*|hits?|hitting|beat\w*|hurt\w*|violen\w*|slap\w*|shak(?:e|es|ing)|shook|threat\w*"
        r"|touch\w*|smack\w*|danger\w*|unsafe|molest\w*|neglect\w*"
    ),
    "how_to_rebuild": (
        r"rebuild\w*|trust|fix\w*|repair\w*|save|win \w+ back|get \w+ back|make it (?:right|up)"
        r"|work it out"
    ),
    "how_to_talk": (r"talk\w*|communicat\w*|convers\w*|tell|say|discuss\w*|listen\w*"),
    "how_to_apologise": (r"apolog\w*|sorry|forgive\w*"),
    "how_long": (r"how long|how many|when (?:will|does|do)|time|forgiv\w*|patien\w*"),
    "stay_or_go": (r"stay\w*|leav\w*|divorce\w*|go|end it|worth it|break up"),
    "therapy": (r"therap\w*|counsel\w*|shrink"),
    "closure": (r"closure|mov(?:e|ing) on|let(?:ting)? go|get(?:ting)? over|letter|no contact|goodbye|block\w*"),
    "self_care": (r"cope|coping|sleep\w*|calm\w*|breath\w*|eat\w*|care of myself|feel better|panic\w*|anxi\w*"),
    "new_partner": (r"dat(?:e|es|ing)|new (?:partner|relationship|person|man|woman|guy|girl|love)|someone new|meet\w*"),
    "why_trust": (r"trust\w*"),
    "progress": (r"progress|better|worse|going|week|check.?in|relaps\w*|update|log"),
    "my_data": (
        r"data|delet\w*|private|privacy|save[ds]?|stor(?:e|ed|es)|who (?:sees|reads|can)|export|download"
        r"|record\w*"
    ),
    "human": (r"human|person|real|counsell?or|therapist|someone|somebody|phone|call"),
}
_USUAL = {thing: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for thing, words in USUAL.items()}


def is_oblique(text: str, labels: dict[str, Any]) -> bool:
    """Whether a message reports a breach, a danger or an ask, and nothing of it in its usual words."""
    things = [thing for thing in (*labels["breaches"], *labels["safety"], labels["ask"]) if thing in _USUAL]
    return bool(things) and not any(_USUAL[thing].search(text.replace("\u2019", "'")) for thing in things)
