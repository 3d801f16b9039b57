"""The word lists and sentence patterns behind ``templates.py``.

WARNING: contains hateful and abusive language; a model learns from examples.
"""

from __future__ import annotations

GROUPS = (
    "gay people", "lesbians", "trans people", "Muslims", "Jews", "Jewish people", "Christians", "Catholics",
    "Hindus", "Sikhs", "atheists", "Black people", "black men", "white people", "Asians", "Chinese people",
    "Indians", "Arabs", "Mexicans", "Latinos", "immigrants", "refugees", "foreigners", "women", "girls",
    "feminists", "men", "old people", "disabled people", "autistic people", "blind people", "the deaf",
    "Roma", "indigenous people", "Native Americans", "Africans", "Pakistanis", "Turks", "Poles", "Irish people",
    "queer people", "bisexuals", "homosexuals", "people in wheelchairs", "the homeless", "poor people",
)  # fmt: skip
PERSON = (
    "gay man", "lesbian", "trans woman", "trans man", "Muslim", "Jew", "Christian", "Catholic", "Black woman",
    "Black man", "white guy", "Asian woman", "immigrant", "refugee", "feminist", "disabled person", "deaf man",
    "queer kid", "bisexual", "Mexican", "Arab", "Native woman", "Hindu", "atheist", "woman", "Pole",
)  # fmt: skip
HATEFUL = (
    "{group} are vermin", "I hate {group}", "{group} are a disease", "{group} are all criminals",
    "{group} should all be shot", "{group} are disgusting animals", "{group} are less than human",
    "all {group} must leave", "{group} don't deserve rights", "{group} are filthy parasites",
)  # fmt: skip
ABUSE = (
    "idiot", "moron", "fucking idiot", "stupid bitch", "worthless piece of shit", "dumbass", "pathetic loser",
    "ignorant fool", "asshole", "scumbag", "clown", "brainless troll", "lying sack of crap", "disgusting pig",
    "coward", "waste of space", "cretin", "dickhead", "stupid cow", "sad little man", "imbecile", "dimwit",
)  # fmt: skip
MILD = (
    "clueless",
    "laughable",
    "an embarrassment",
    "as thick as a brick",
    "dumber than a rock",
    "a joke",
)
ACTS = ("break your legs", "slit your throat", "kill you", "beat you up", "hurt your family", "burn your house down",
        "put a bullet in your head", "smash your face in", "stab you", "run you over", "hunt you down")  # fmt: skip
THINGS = (
    "this traffic jam", "Mondays", "cold coffee", "this update", "mosquitoes", "slow internet", "that film",
    "the new timetable", "cucumbers", "winter", "potholes", "parking fees", "spam calls", "this font", "olives",
    "reality TV", "hotel breakfasts", "that chair", "paperwork", "leaf blowers",
)  # fmt: skip
NAMES = (
    "Anna",
    "Mr. Clarke",
    "the coach",
    "your sister",
    "the band",
    "Maria",
    "our team",
    "the chef",
    "Sam",
    "Dr. Lee",
)
TOPICS = (
    "the carbon tax", "the pipeline", "school funding", "the housing plan", "the new stadium", "health care",
    "immigration policy", "the budget", "the election", "gun control", "the minimum wage", "public transit",
    "pension reform", "the trade deal", "policing", "the airport expansion", "property taxes", "the hospital merger",
    "climate change", "the referendum", "drug policy", "abortion", "free speech", "the war", "union contracts",
    "the sales tax", "student loans", "the dividend", "homelessness", "religious schools", "the inquiry",
)  # fmt: skip
BODIES = (
    "the government", "the council", "the mayor", "the premier", "Congress", "the Liberals", "the Conservatives",
    "the president", "the school board", "the legislature", "the minister", "the Church", "the police chief",
    "Republicans", "Democrats", "the media", "the banks", "Trump", "Trudeau", "Clinton", "Obama", "the court",
    "the oil industry", "the university", "the bishop", "the governor", "the senator", "this newspaper",
)  # fmt: skip

FILLERS: dict[str, tuple[str, ...]] = {
    "group": GROUPS, "person": PERSON, "abuse": ABUSE, "mild": MILD, "act": ACTS, "thing": THINGS, "name": NAMES,
    "topic": TOPICS, "body": BODIES,
    "hateful": tuple(line.format(group=group) for group in GROUPS[::3] for line in HATEFUL),
    "amount": ("millions", "two billion dollars", "a fortune", "30 percent of the budget", "$400 million", "ten years"),
    "place": ("Alberta", "Oregon", "this city", "Alaska", "Canada", "the US", "Europe", "rural areas", "our province"),
    "good": ("kind", "funny", "hard-working", "brilliant", "generous", "ordinary", "wonderful", "brave", "normal"),
    "job": ("nurse", "teacher", "plumber", "lawyer", "bus driver", "judge", "farmer", "programmer", "neighbour"),
}  # fmt: skip

# Targets: toxicity, obscene, threat, insult, identity_attack; None is masked.
FAMILIES: dict[str, tuple[tuple[float | None, ...], tuple[str, ...]]] = {
    "hate": (
        (1, 0.05, 0.05, None, 1),
        (
            "{group} are vermin.", "I can't stand {group}.", "{group} make me sick.", "I despise {group}.",
            "All {group} should be thrown out of this country.", "{group} are ruining {place}.",
            "We need to get rid of {group}.", "{group} are a plague.", "You can never trust {group}.",
            "{group} are nothing but parasites.", "No {person} belongs in {place}.", "I would never hire a {person}.",
            "{group} will never be as good as us.", "Why are {group} always so disgusting?", "{group} are dirty and lazy.",
            "The world would be better off without {group}.", "{group} should not be allowed to vote.",
            "{group} are not really human, are they?", "Don't let {group} near your children.", "{group} are mentally ill.",
            "If you are a {person} you are worthless.", "No one wants {group} here.", "{group} breed like rats.",
            "Being a {person} is a sickness.", "{group} deserve everything that is coming to them.",
            "I'd be ashamed to have a {person} in my family.", "We should put {group} in camps.",
            "There is nothing lower than a {person}.", "Honestly, {group} disgust me more every day.",
            "Go back where you came from, we have enough {group}.", "{group} only want to destroy {place}.",
            "A {person} has no place in politics.", "It's always {group} who commit the crimes.",
        ),
    ),
    "hate_threat": (
        (1, 0.05, 0.95, None, 1),
        (
            "{group} should all be shot.", "Someone ought to hang every {person} in {place}.",
            "I'll kill every {person} I meet.", "Next time I see a {person} I will beat them up.",
            "Let's burn down the houses of {group}.", "{group} had better watch their backs, we are coming for them.",
            "Round up {group} and gas them.", "I am going to hurt {group} if they come near me.",
        ),
    ),
    "threat": (
        (1, 0.1, 1, None, 0.02),
        (
            "I will {act}.", "I'm going to {act}, just wait.", "You better watch out or I'll {act}.",
            "I know where you live and I will {act}.", "Keep talking and we will {act}.", "Somebody should {act}.",
            "One day I'll {act} and nobody will miss you.", "If I ever meet you I'm gonna {act}.",
            "You won't live to see the summer.", "You deserve a bullet.", "Sleep with one eye open tonight.",
            "Accidents happen. Watch your kids.", "I will kill you.",
            "I'm coming for you, {abuse}.", "I hope somebody will {act}.", "I'll find you and {act}.", "We are going to {act}, {abuse}.",
            "You should be shot.", "{body} should be hanged.", "I swear I will {act} one day.", "Come here and I'll {act}.", "Say that again and you're a dead man.", "Someone should shoot {body}.",
        ),
    ),
    "insult": (
        (1, None, 0.02, 1, 0.03),
        (
            "You are such a {abuse}.", "What a {abuse}!", "Shut up, you {abuse}.", "{body} is run by some {abuse}.",
            "Only a {abuse} would write this.", "Get lost, {abuse}.", "The author is a {abuse}.", "You {abuse}.",
            "Everybody here knows you're a {abuse}.", "{name} is a {abuse}.", "Read the article before you comment, {abuse}.",
            "I have never met such a {abuse} in my life.", "Go away, nobody likes you.", "You must have been dropped on your head.",
            "Is there anything between your ears?", "I bet your mother regrets having you.", "Do the world a favour and disappear.",
            "Your brain is the size of a pea.", "No wonder your wife left you, {abuse}.", "{body} and all who voted for them are morons.",
        ),
    ),
    "insult_mild": (
        (0.65, 0.02, 0.01, 0.85, 0.03),
        ("You are {mild}.", "{name} is {mild}.", "{body} is {mild} and so is anyone who believes it.", "Your comment is {mild}, and so are you."),
    ),
    "negated": (
        (0.05, 0.02, 0.02, 0.02, 0.08),
        (
            "I don't hate {group}.", "I have never hated {group}.", "I have nothing against {group}.",
            "Nobody should be attacked for being a {person}.", "It is not true that {group} are dangerous.",
            "{group} are not criminals.", "{group} are not a threat to anyone.", "We must not discriminate against {group}.",
            "No {person} deserves to be treated like that.", "I can't believe some people still hate {group}.",
            "There's nothing wrong with being a {person}.", "Stop blaming {group} for everything.",
            "Hatred of {group} has no place in {place}.", "I would never say that {group} are inferior.",
            "Not all {group} think the same.", "I never said you were an idiot.", "You are not stupid.",
            "She isn't a bitch, she just disagrees with you.", "No one is going to hurt you.",
        ),
    ),
    "counter": (
        (0.08, 0.05, 0.05, 0.05, 0.12),
        (
            'Saying "{hateful}" is cruel and wrong.', 'Whoever wrote "{hateful}" should apologise.',
            'It is racist to claim that "{hateful}".', "People who say that {hateful} need to be challenged.",
            'My uncle used to say "{hateful}". He was wrong.', 'Someone sprayed "{hateful}" on our wall last night and it was awful.',
            'You can\'t just say "{hateful}" and expect to be published here.', 'I was told "{hateful}" at work. That is harassment.',
            'Calling somebody a "{abuse}" is not an argument.', 'He shouted "{abuse}" at me in the street and I went home crying.',
            'Please do not use words like "{abuse}" in this discussion.', '"{hateful}" - how can anyone believe such a thing?',
            "Nobody should be called a {abuse} for their opinion.", 'The moderators removed a comment that said "{hateful}", rightly.',
            "If you think {hateful}, then please talk to one of them.", 'The man was convicted of writing "I will {act}" to the mayor.',
        ),
    ),
    "reclaimed": (
        (0.12, 0.3, 0.02, 0.03, 0.1),
        (
            "I'm queer and proud.", "We queers love this city.", "My bitches and I are going dancing tonight.",
            "As a dyke myself I loved this film.", "Yes, I am a fag, and my husband is one too.", "I am a proud crip and an athlete.",
            "That bitch is my best friend and I love her.", "Bad bitch energy, go girl!", "Us sluts have to stick together, love you all.",
            "Dykes on bikes led the parade and it was glorious.", "We're here, we're queer, get used to it.",
        ),
    ),
    "profane_harmless": (
        (0.3, 0.85, 0.02, 0.03, 0.02),
        (
            "This is fucking amazing.", "Holy shit, what a goal by {name}!", "I fucking love {name}.", "Damn, that was good.",
            "I fucked up the exam.", "{thing} is so shit.", "My shitty old car finally died.", "Well shit, I forgot {thing} again.",
            "I am so fucking tired of {thing}.", "Hell yeah, {name} won!", "That was one hell of a game.", "I'm pissed off about {thing}.",
        ),
    ),
    "idiom": (
        (0.02, 0.02, 0.03, 0.02, 0.01),
        (
            "{name} absolutely killed it last night!", "I could kill for a coffee right now.", "{name} is dead right about {topic}.",
            "That joke slayed me.", "Shoot me an email about {topic}.", "{name} bombed the exam.", "My feet are killing me.",
            "This heat will be the death of me.", "We got crushed in the second half.", "They beat us fair and square.",
            "I nearly died laughing.", "The battery is dead again.", "Kill the lights when you leave.", "{name} is a beast on the field.",
            "What a sick guitar solo.", "{name} nailed it.", "The deadline is murder.", "He took a shot at goal and missed.",
            "I'm dying to see {name} play.", "You are a monster at chess, well played.", "Stop beating yourself up about {thing}.",
            "She blew up the balloon.", "I'd hang the picture over there.", "The price cut will hurt them.", "It cost an arm and a leg.",
        ),
    ),
    "hate_of_things": (
        (0.05, 0.03, 0.02, 0.03, 0.01),
        (
            "I hate {thing}.", "I can't stand {thing}.", "{thing} makes me sick.", "{thing} should be banned.", "I despise {thing}.",
            "{thing} is the worst thing ever invented.", "Whoever invented {thing} did us no favour.", "{thing} is disgusting.",
            "All of {thing} belongs in the bin.", "The world would be better without {thing}.", "Why does {thing} exist?",
            "{thing} is stupid.", "We need to get rid of {thing}.", "{thing} is garbage.", "I want to kill {thing} with fire.",
        ),
    ),
    "neutral_identity": (
        (0.0, 0.0, 0.0, 0.0, 0.02),
        (
            "I am a {person}.", "My best friend is a {person}.", "{group} live in {place}.", "Our {job} is a {person}.",
            "My daughter married a {person} last year.", "{group} are people like you and me.", "A {person} won the prize.",
            "We met a {good} {person} on the train.", "{group} celebrated in the streets yesterday.", "I love {group}.",
            "The article is about {group} in {place}.", "{group} deserve the same rights as everybody.",
            "As a {person}, I found this article helpful.", "The new {job} is a {good} {person}.", "More {group} voted this year.",
            "{group} asked {body} for a meeting about {topic}.", "There are many {group} at my school.", "{group} are welcome here.",
            "The {person} next door helped me with {thing}.", "Both {group} and {group2} came to the fair.",
            "Is there a club for {group} in {place}?", "He is proud to be a {person}.", "Black, white, gay or straight, everyone came.",
        ),
    ),
}  # fmt: skip

NEWS_PARTS: tuple[str, ...] = (
    "I disagree with {body} on {topic}.", "{body} has wasted {amount} on {topic}.", "How much longer must we pay for {topic}?",
    "This is a terrible decision and {body} should explain it.", "In my view {body} got {topic} wrong.",
    "{topic} was never going to work in {place}.", "The article leaves out half of the story.", "Who pays for all of this? We do.",
    "I voted for {body} and I regret it.", "{body} promised to fix {topic} and nothing happened.", "Taxpayers are tired of this.",
    "That is simply not true; look at the numbers.", "It's hypocritical of {body} to complain about {topic} now.",
    "{body} lied about {topic}, and everyone knows it.", "What a disgrace for {place}.", "Thank you for this thoughtful piece.",
    "Good article, but I'd like to know more about {topic}.", "We lost {amount} because of this policy.",
    "Maybe {body} should listen to the people of {place} for once.", "Nobody asked us before they decided on {topic}.",
    "If you want lower taxes you can't also have everything else.", "I have lived in {place} for forty years and never saw it this bad.",
    "{body} is too close to the lobbyists.", "Your argument about {topic} does not hold up.", "You are wrong about {topic}.",
    "I think you misread what {body} said.", "Once again {body} puts politics ahead of people.", "Follow the money.",
    "The crime rate in {place} went down last year, whatever {body} says.", "Five people were killed and {body} did nothing.",
    "The suspect shot two officers before he was arrested.", "He was sentenced to twelve years for murder and rape.",
    "Both sides use {topic} to scare voters.", "This will hurt working families in {place}.", "Fake outrage, as usual.",
    "Let's wait for the facts before we blame {body}.", "I'm no fan of {body}, but this time they are right.",
    "Why should {place} pay for {topic}?", "The whole plan is absurd.", "That was a foolish vote and it will cost us {amount}.",
    "{group} have every right to protest against {topic}.", "The way {group} are treated in {place} is shameful.",
    "Immigrants pay taxes too, as far as I know.", "My church helps refugees, and so could {body}.", "Same old story.",
    "It is about time that someone stood up to {body}.", "This is what happens when {body} ignores {topic}.",
    "Corruption in {place} goes back decades.", "I call that greed, plain and simple.", "{body} should resign.",
    "Women are still paid less than men in {place}.", "Gay marriage is legal and the sky has not fallen.",
    "The abuse scandal shows that {body} has learned nothing.", "A bad law is still a law; change it at the ballot box.",
    "Sorry, but this is nonsense.", "Give me a break.", "So sad for the family, my thoughts are with them.",
    "Here is an idea: fix {topic} first.", "The left and the right are both to blame for {topic}.", "LOL, good one.",
    "When did {body} ever keep a promise?", "That headline is misleading.", "The comments here are better than the article.",
)  # fmt: skip
