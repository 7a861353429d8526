"""Whose violence it is, and whose danger of self-harm."""

import pytest

from bot.safety.patterns import dangers_named, done_by_writer, is_minor, partner_threatens_self_harm, says

#: What is heard as abuse, and as the writer's own.
HEARD_BY_THE_WRITER = [
    "I slapped her",
    "i hit my wife",
    "I pushed him against the wall",
    "i put my hands round her throat last night",
    "shoved her into the cupboard. shes fine",
    "i hit the wife saturday",
    "i went for him with a saucepan",
    "i followed her home from the station",
    "i sat outside her flat all night",
    "i made her stand in the yard",
    "i told her id burn her studio down",
    "i call her useless most days",
    "told her if she goes ill post the pictures",
    "i hid her meds",
]

BY_THE_WRITER = [
    "I hit him. Once. I hate myself.",
    "My girlfriend cheated on me and I slapped her",
    "She cheated, I lost my temper and hit her",
    "I went through her phone every night and made her quit her job",
    "I made her quit her job",
    "I choked my boyfriend until he cried",
    "I've been beating my wife",
    "I have hit her three times",
    "ive been violent towards my partner",
    "I beat my wife, I won't dress it up",
    "I threw a glass at him",
    "I locked her in the bathroom",
    "I blocked the door so he couldn't leave",
    "I threatened to kill her if she left",
    "I told her if she leaves I'll post her nudes",
    "I put my hands round her neck",
    "I grabbed him by the shirt and shook him",
    "I don't let her see her friends",
    "I check his phone every single day and he has to unlock it",
    "I put a tracker on her car",
    "I follow her to work",
    "i smashed his phone",
    "I forced her to have sex",
    "I raised my hand to my husband",
    "I punched the wall next to her head",
    "I didn't mean to hit her",
    "I was abusive to my ex",
    "she is scared of me",
    "I got angry and pushed her into the wardrobe",
    "I sometimes slap my boyfriend when he lies",
    "he cheated on me with my friend so I punched him in the face",
    "I hit her because she lied to me",
    "My wife found the messages, she screamed at me, and I shoved her into the door",
    "My girlfriend cheated on me and I slapped her last night",
    "I grabbed her and i put my hands round her neck",
    "i smashed her laptop",
    "I don't let her go out with those girls",
    "I told my mum I hit her",
    "I hit her with a belt",
    "I pushed her to the ground",
    "I put her head through a door",
    "my husband goes silent and I block the door so he has to talk",
]

NOT_BY_THE_WRITER = [
    "I cheated on my husband and he hit me",
    "my wife found out about my affair and she choked me",
    "I got hit by him",
    "I was slapped by my girlfriend when I confessed",
    "he hits me",
    "He pushed me against the wall when I told him about the other man",
    "she slapped me because I lied",
    "I told my husband I'd kissed someone and he choked me",
    "I lied to my boyfriend and he beat me",
    "my husband hit her",
    "my brother hit his wife",
    "my friend is beaten by her husband",
    "I saw him hit her",
    "I think he hits her",
    "my sister's boyfriend locks her in",
    "he goes through my phone every night and made me quit my job",
    "he says I hit him but I never did",
    "she told the police I hit her",
    "I never hit her",
    "I would never hit my wife",
    "should I slap him",
    "I wish I slapped him",
    "if I hit her I would hate myself",
    "I hit him with the news that I was leaving",
    "I beat her at scrabble",
    "I pushed him away for months",
    "I kicked him out",
    "I threw him out",
    "I shut my girlfriend out for months",
    "I hit her car by accident",
    "I checked his phone and found her",
    "I told him if he cheats again I'm leaving",
    "he made me hit the floor",
    # in defence
    "he choked me so I pushed him off me",
    "He had me by the throat. I hit him to get him off me.",
    "she beat me with a belt. I hit her back.",
    "I hit him in self-defence",
    "I bit him so he would let go",
    "I kicked him because he was choking me",
    "he was strangling me and I scratched him",
    # no violence at all
    "I cheated on my wife and I feel sick",
    "",
    "he hit me and I hit him back because I was scared",
    "I pushed him in self-defence",
    "I pushed her away when she kissed me",
    "I let him go",
    "she tells everyone that I was the violent one",
    "he is telling people I'm abusive",
    "I couldn't hit her",
    "I waited outside her work with flowers",
    "I told her I'd burn the toast",
    "pushed him on the swing",
    "I followed her to the kitchen to say sorry",
    "I call her my little pig, she calls me bear",
    "I hid her christmas present",
]

OF_THE_PARTNER = [
    "he says he'll kill himself if I leave",
    "my girlfriend says shell kill herself if i leave her",
    "My husband threatened to hang himself when I packed",
    "she threatens suicide every time I try to end it",
    "my wife said she wants to die",
    "he tried to kill himself after I told him about the affair",
    "my partner is suicidal since I moved out",
    "I'm scared my boyfriend is going to hurt himself",
    "my ex says he will end his life if I don't come back",
    "my fiancée took a whole bottle of pills last night",
    "she said she will do something stupid if i go",
    "he cuts himself when I go out",
    "They say they'll kill themselves if we split",
    "I cheated on him and now he says he doesn't want to live",
    "my boyfriend threatens to kill himself",
    "my wife wants to die since she knows",
    "she says if i take the kids and go she'll do something stupid",
    "my partner is going to end it all, he's in the garage",
    "my partner told me they have done something to themselves",
    "she holds the scissors to her own wrist when I say it's over",
    "he had a gun to his own head",
    "my wife says if I leave she won't be here by morning, she'll not be here in the morning",
    "she said she would be dead by midnight",
    "my husband threatens to jump off the balcony",
    "he says he'll drive into a wall",
    "she says if I go she'll swallow the lot",
    "he wishes he was dead, he tells me",
    "my wife says she'd rather be dead",
    "my girlfriend told me we would all be better off without her",
    "my husband keeps saying the kids would manage fine without him",
    "my ex attempted again",
    "she took something and then hung up",
]

NOT_OF_THE_PARTNER = [
    "I want to kill myself",
    "I want to die since he left",
    "he left me and I want to kill myself",
    "I told him I'd kill myself if he left",
    "he says he'll kill himself if I leave, and honestly I want to die too",
    "She threatens suicide. I am suicidal as well.",
    "my brother wants to kill himself",
    "my best friend says she'll kill herself",
    "he says I should kill myself",
    "my husband is killing himself with work",
    "she nearly killed herself laughing",
    "he isn't suicidal, just sad",
    "he cut himself shaving",
    "he said he'd kill me",
    "he hit me",
    "",
    "he left and I want to die",
    "he says he'd kill himself but I want to die too",
    "my wife left and I'm suicidal",
    "would my husband be told if I said I no longer want to be alive",
    "our boy told her he wants to be dead",
    "my sister threatens suicide when her boyfriend leaves",
    "he tells me to jump",
    "she said she would end it with me",
    "she wishes he was dead",
    "my wife says the children would be better off without him",
    "he'd rather die than apologise",
    "she took something from my drawer",
    "he put a gun to my head",
    "I had the knife against my own throat",
    "I won't be around to see it",
]


@pytest.mark.parametrize("text", [*HEARD_BY_THE_WRITER, *BY_THE_WRITER])
def test_what_the_writer_did_is_the_writers(text: str) -> None:
    assert done_by_writer(text)


@pytest.mark.parametrize("text", HEARD_BY_THE_WRITER)
def test_what_the_writer_did_is_heard_as_abuse(text: str) -> None:
    assert "partner_abuse" in dangers_named(text)


@pytest.mark.parametrize("text", NOT_BY_THE_WRITER)
def test_what_others_did_or_nobody_did_is_not_the_writers(text: str) -> None:
    assert not done_by_writer(text)


def test_where_both_did_it_the_writers_counts_unless_it_was_in_defence() -> None:
    assert done_by_writer("She slapped me. I beat her up the next day.")
    assert not done_by_writer("She came at me with a knife. I pushed her away.")


@pytest.mark.parametrize("text", OF_THE_PARTNER)
def test_the_partners_danger_of_self_harm_is_the_partners(text: str) -> None:
    assert partner_threatens_self_harm(text)


@pytest.mark.parametrize("text", NOT_OF_THE_PARTNER)
def test_the_writers_own_and_other_peoples_is_not_the_partners(text: str) -> None:
    assert not partner_threatens_self_harm(text)


@pytest.mark.parametrize(
    "text",
    ["im 15 and my bf cheated", "I'm 16.", "im 14f", "I am a 16 year old girl", "im in year 10 and he left me", "I'm fifteen, is that ok",
     "im still at secondary school", "i just turned 17 and he dumped me"],
)  # fmt: skip
def test_somebody_under_eighteen_is_heard(text: str) -> None:
    assert is_minor(text)


@pytest.mark.parametrize(
    "text",
    ["im 17 weeks pregnant", "i am 15 years sober", "when i was 15 my dad left", "we met when I was 16", "i feel like im 15 again",
     "im 13 minutes late", "my son is 15", "he says im 12", "were high school sweethearts", "im 45", "I am 17 years into this marriage"],
)  # fmt: skip
def test_no_grown_up_is_taken_for_a_minor(text: str) -> None:
    assert not is_minor(text)


@pytest.mark.parametrize(
    "text",
    ["my stepdad touches me at night", "my father hits me and my little sister", "i hate going home from school",
     "mum beats me with a belt",
     "my uncle keeps kicking us", "dad hit me again", "scared to go home cos of dad", "my mum hits me when shes drunk"],
)  # fmt: skip
def test_a_child_that_writes_of_its_own_home_is_heard_without_its_age(text: str) -> None:
    assert says("young_at_home", text)


@pytest.mark.parametrize("text", ["my dad hits me", "my stepmum beats us every day", "my father punched me last night"])
def test_and_as_a_child_at_risk(text: str) -> None:
    assert "child_at_risk" in dangers_named(text)


def test_to_be_loth_to_go_home_from_school_names_no_danger() -> None:
    assert dangers_named("I teach, and I hate going home from school since she left") == ()


@pytest.mark.parametrize(
    "text",
    ["my dad used to hit me", "my father hit me when i was small", "my mother beats me at cards", "it beats me how dad stays so calm",
     "my mum slapped me when i told her i was going back to him", "the kids say their dad hits them",
     "my mum always hurts me by saying i chose him", "im 34 and my dad hits me", "i dont want to go home to him"],
)  # fmt: skip
def test_somebody_grown_is_not_taken_for_a_child_at_home(text: str) -> None:
    assert not says("young_at_home", text)


@pytest.mark.parametrize(
    "text",
    ["she blocked me everywhere", "he asked me not to contact him again", "there's a restraining order so i cant write to her",
     "my wife told me to leave her alone", "she doesnt want to hear from me anymore", "he went no contact", "he dumped me",
     "my girlfriend broke up with me on sunday", "she ended it and i want her back", "ive been blocked on everything",
     "they filed for divorce", "my husband wants no contact", "she got a restraining order", "my wife took out an injunction last week",
     "he got an order of protection against me", "the judge said i have to keep away", "the police told me not to go near her",
     "my bail says no contact", "im not allowed near him", "she muted us and then blocked my number", "he doesnt want to hear from me"],
)  # fmt: skip
def test_one_who_was_told_to_keep_away_is_heard(text: str) -> None:
    assert says("no_contact", text)


@pytest.mark.parametrize(
    "text",
    ["i blocked him", "I got a restraining order against him", "i told her to leave me alone", "he says he'll block me if i ask again",
     "she ended it with the other man", "i ended it", "he blocked the door so i couldnt leave", "im scared shell end it", "we broke up",
     "i went no contact with him", "he never blocked me", "he cut me off from my friends", "i want him to leave me alone",
     "i got an order of protection against my ex",
     "the police told him to stay away", "the court said he has to keep away from us", "police told him not to come near me",
     "my mum got an injunction against my dad", "he doesnt want to hear from her", "the judge said no contact for him"],
)  # fmt: skip
def test_one_who_keeps_away_themselves_is_not_taken_for_it(text: str) -> None:
    assert not says("no_contact", text)
