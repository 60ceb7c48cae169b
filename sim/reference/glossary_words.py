"""The words of the field and of this model, with what they mean here, as far as declarations do not say it.

One word stands for one thing. Where the literature or an older part of this project has another word for it, the
sentence names that too.
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A word with its meaning, in Markdown, and the ids of the evidence that the meaning rests on."""

    word: str
    meaning: str
    evidence: str = ""


W = Word

# one declaration reads like a row of a table
# fmt: off
WORDS: dict[str, tuple[Word, ...]] = {
    "People and their journeys": (
        W("person at risk", "Somebody who may migrate, or may be exploited where she lives. There is no class of "
          "smuggled or of trafficked people: what a person is called follows from her state.", "C4-M01"),
        W("age at risk", "The years of a life in which a person may migrate. Their length is drawn; when they are "
          "over, the row passes on to the next person, its next *generation*."),
        W("spell", "A time in which something stays as it is: the wish to move (an *aspiration spell*), or being "
          "exploited."),
        W("consideration", "The occasion on which a person compares all her options and chooses one of them."),
        W("option", "A channel together with a destination, or staying."),
        W("channel", "A way to move: with a visa, on papers, alone, with a provider, on credit, or by the offer of a "
          "recruiter."),
        W("regular, irregular", "With and without the permission of the state that is entered. *Without status* is "
          "said of people, *irregular* of ways, never of people."),
        W("status", "Whether a person may be where she is: citizen, regular, visitor, irregular, or tied to an "
          "employer."),
        W("papers", "Travel documents other than an own visa: *forged* ones, or *genuine* ones that a broker or an "
          "official has sold.", "C2-M17"),
        W("free movement", "Between two regions that have taken it up people may move without a visa.", "C7-P28"),
        W("region", "A place of the world: a country, a part of one or a group of several. It can be an origin, a "
          "place of transit and a destination at once."),
        W("leg", "A stretch from one region into another by land, sea or air. It crosses one border, that of the "
          "region it leads into."),
        W("route", "A chain of legs that leads from a place of departure to a destination.", "C4-M39"),
        W("pair", "A region together with a destination that people there consider. Visas, fees and beliefs are kept "
          "by pair. *Paired* is said of seeds: see there."),
        W("journey", "What a person travels on a route, leg by leg."),
        W("crossing", "One person begins one leg without permission."),
        W("taste for a route", "What a route is worth to an enterprise, or to a person on her own, beside what it "
          "costs: contacts, habits, knowledge of places on the way. It does not change.", "EC 2.14"),
        W("crowded", "Said of a leg that more people cross than it is used to: transport there costs more until it has "
          "got used to them."),
        W("stop", "A crossing that is detected and not let go on. Also called an interception."),
        W("pushback", "A person who was stopped is sent back without having been heard.", "EC 2.12"),
        W("need of protection", "A person would come to harm at home where there is conflict. Who has reached "
          "*safety* has obtained a secure status.", "C4-M23"),
        W("removal", "A person without status is taken back to her region by the state. *Return* is going home by "
          "one's own choice."),
        W("own experience", "What a person has lived through herself: journeys that failed or came true, years without "
          "status, removals. It weighs in her beliefs beside what the community says, and fades.", "EC 2.13"),
        W("stigma on return", "What others make of a person who comes home with little, or after exploitation. It "
          "lowers what home is worth to her, and fades.", "C1-M64"),
        W("persons, events", "A metric of events counts how often something happens; its twin of persons, with the "
          "ending `_persons`, counts each person once in a year."),
        W("removal clock", "The moment, drawn once, at which a person without status will be removed: when the hazard "
          "of removal in the region has grown by so much."),
    ),
    "The smuggling market": (
        W("smuggling", "Bringing a person across a border without permission, for a fee, as agreed with her. It is "
          "not trafficking, though one journey can turn into the other.", "C4-M01"),
        W("enterprise", "Whoever brings people across borders: a loner, a small group or an organisation. In the "
          "table `enterprises`; `sim.Trafficker` and `model.traffickers` are older public names of the same. An "
          "enterprise is called a *provider* in what it does for its clients.", "C4-M09"),
        W("provider", "An enterprise as people at risk meet it: who takes them across. A provider need not be an "
          "abuser."),
        W("offender", "A person who works in an enterprise: who organises, recruits, moves, guards or collects.",
          "C1-M42"),
        W("seeker, client", "A seeker is a person who asks for a provider, a client one who has a contract."),
        W("contract", "The agreement of a client with an enterprise: a fee, of which a *deposit* is paid before "
          "departure, and the rest, held in *escrow*, on arrival.", "C5-M53"),
        W("fee", "The price of a journey with a provider."),
        W("mark-up", "What is added to a fee: for *scarcity*, by *market power*, or because the fee is lent.",
          "C4-M16"),
        W("latent", "Said of an enterprise, a venue or a facilitator that is not in business and may enter. Its "
          "traits are drawn, so that the same one waits in every world.", "C4-M09"),
        W("facilitator", "Whoever provides one function to several enterprises for a price: recruitment, transport, "
          "documents, safe houses, collection, money or brokerage. Also called a partner.", "C3-M21"),
        W("function", "What an enterprise needs done and can do by itself or buy from a facilitator.", "C3-M21"),
        W("front", "A facilitator with a licit business beside it.", "C10-M29"),
        W("broker", "Who handles an application for a visa, sells genuine papers, or, among facilitators, knows whom "
          "to ask.", "C4-M07, C10-M24"),
        W("tie", "A working relation between an enterprise and a facilitator, with a trust and an age."),
        W("node", "A function in a region: all facilitators who provide it there. Prices and scarcity are kept by "
          "node."),
        W("form", "How an enterprise makes, keeps and replaces its ties: flux, broker, chain, mesh or hub.", "C10-M22"),
        W("throughput", "The share of clients whom the scarcest function of an enterprise lets it serve."),
        W("experience", "Own recent crossings of a leg, which make an enterprise harder to detect there; it fades.",
          "C5-M02"),
        W("extortion", "A provider demands more on the way than was agreed. Whoever cannot pay is held for some "
          "weeks.", "C4-M01"),
        W("hand-over", "A provider delivers a client to a venue that would control her, for a price.", "C4-M01"),
        W("kappa", "The share of a person's value that an enterprise is able and willing to take by handing her over; "
          "private.", "EC 2.4"),
    ),
    "Work and exploitation": (
        W("venue", "A workplace or household. It is compliant, opportunistic or predatory, which says what its owner "
          "is ready to do, not what happens there."),
        W("slot", "Room for one person at a venue. A slot carries no label."),
        W("sector", "A kind of work with its pay, isolation and visibility; commercial sex is one of them."),
        W("cell", "A sector in a region: all venues of it. A small group of offenders, in older figures also called a "
          "cell, is the type `CELL` of an enterprise."),
        W("going terms", "Pay as the market of the place gives it; the person may leave."),
        W("controlled terms", "Pay and means of control that a controller has set."),
        W("controller", "A venue that keeps people on controlled terms."),
        W("control", "The means by which a controller keeps a person: papers or pay kept back, threats, confinement, "
          "violence. Of a border, *control* is the chance that an unaided crossing is detected (`border.control`).",
          "C4-M10"),
        W("value", "What a controller expects to take from a person until she leaves. One function gives it, and "
          "credit, hand-over, subsidies of fees and the opening of venues follow from it."),
        W("credited", "The share of the going pay for her work that a person is paid."),
        W("debt, claim", "What a person owes is a debt of hers and a claim of one creditor, an enterprise or a venue, "
          "to the cent.", "C5-M34"),
        W("debt bondage", "A person works for a creditor who collects from her pay. It lasts for ever where the "
          "payment does not exceed the interest; debt may bind with no other means of control.", "C5-M34"),
        W("arrears", "A debt that has not been brought down for so many weeks (`debt.arrears`). A claim in arrears is "
          "*enforced* when its owner goes after the debtor, who pays again, gets away, or is put to work under "
          "control: *sold* with the claim, or *placed* where her pay serves it.", "C13-M37, C5-M53"),
        W("exploitation", "A person is credited less than half of what her work is worth and something holds her; or "
          "she is under confinement or violence, whatever the pay; or she is held for payment on a journey. The only "
          "label that the model itself rests on.", "C4-M10"),
        W("held", "Something keeps a person from leaving: her chance to leave is below half of what it would be with "
          "secure status, no debt and no control. The stage `HELD` is another thing: stopped on a journey."),
        W("trafficking", "Exploitation brought about by force, threat, deception or the abuse of papers, after the "
          "Palermo Protocol; of minors by any means. A label that is counted beside exploitation and crosses no "
          "border by itself.", "C4-M01"),
        W("forced labour", "At least two of six indicators hold: debt, withheld pay, papers kept, threats, "
          "confinement, violence or deception. Counted beside exploitation."),
        W("order", "A slot that has been vacant for some weeks and is given to recruiters."),
        W("recruiter", "A member of an enterprise who contacts people and offers them work; what is promised may be "
          "false.", "C1-M12"),
        W("way out", "A cause by which exploitation may end, each with its weekly hazard: debt cleared, escape, "
          "complaint, tip, raid, and so on."),
        W("visibility", "How easily customers, neighbours and agencies see a venue: open, discreet or private.",
          "C9-M04"),
        W("mission", "A peace mission: an announced, temporary demand by people with immunity and rules of conduct.",
          "C8-M01"),
    ),
    "Agencies, courts and officials": (
        W("agency", "An authority or service of a region that meets people, pursues cases or helps, bounded by its "
          "staff."),
        W("meeting", "An agency comes to a person on controlled terms, or she to it."),
        W("recognition", "The agency that meets an exploited person sees that she is exploited: its people know the "
          "signs, may act and want to.", "C7-M12"),
        W("identification", "A person was recognised and has told what was done to her. Who is identified depends on "
          "agencies; it says little about how many are exploited.", "C9-M15"),
        W("protection", "Safe accommodation with care. `PROTECTED` is the stage of those who are in it."),
        W("reflection period", "Time in protection to recover and decide without having to testify "
          "(`protection.reflection_days`).", "C5-M23"),
        W("permit", "Permission to stay after protection. It is *conditional* where it is only for those who "
          "cooperate.", "C4-P14"),
        W("rung", "A step of cooperation: information, statement, complaint, deposition, testimony.", "C9-M39"),
        W("firewall", "A rule by which those who inspect, help or take complaints pass nobody on for removal."),
        W("referral", "A procedure that brings people whom officials recognise to services.", "C12-M01"),
        W("screening", "Somebody asks a stopped or returned person whether she needs protection or was exploited.",
          "C7-P18"),
        W("lead", "Something that may become a case: a meeting, a statement, a stopped crossing, a tip from another "
          "region."),
        W("case", "A lead, an investigation or a charge against the owner of a venue or an enterprise."),
        W("joint case", "A case that another region has joined: it brings what it knows, reaches whoever stands there "
          "and hears witnesses who have gone there.", "C5-M58, C9-M54"),
        W("suspect", "A person whom a case names: an owner of a venue or a member of an enterprise, each with a "
          "charge, an arrest and a verdict."),
        W("operation", "A case that watches a network and arrests several people at once.", "C3-M42"),
        W("certainty", "The belief that who exploits will be convicted, or who smuggles; learned from convictions."),
        W("post, unit, official", "A post is a task with something to sell; a unit is everyone who holds it in one "
          "place; an official is one of them, a line officer or the chief.", "C2-M06"),
        W("capture", "An official has begun to sell.", "C2-M03"),
        W("bribe", "What is paid so that an event does not take its course. One rule serves every post.", "C2-M32"),
        W("retainer", "Pay by which an enterprise keeps an official on its books."),
        W("mandate", "How far the law reaches beyond commercial sex: what an agency may count as exploitation.",
          "C11-M11"),
        W("law of a place", "Everything that the law says and does in a region this week: the table `law`."),
    ),
    "How the model is said and run": (
        W("world", "Regions, legs and sectors with their numbers, fixed during a run. See [worlds](worlds.md)."),
        W("scenario", "Everything that decides a run but its seed: a world, parameters, switches and policies."),
        W("as declared", "With every parameter and switch at the value that its declaration gives, which holds unless "
          "a scenario sets another. A mechanism that is *off as declared* works only where it is switched on."),
        W("ensemble", "A table of sets of parameters, all of which meet what is known of a world. See "
          "[ensembles](ensembles.md)."),
        W("world that fits", "The same model with other parameter values that also match the evidence: a world with "
          "one set of an ensemble. That it fits does not make it true."),
        W("parameter", "A declared number or word that a scenario may set, with unit, range, meaning and evidence. "
          "See [parameters](parameters.md)."),
        W("switch", "Turns a mechanism off, or chooses a variant of it: `mechanisms.NAME`. See "
          "[switches](switches.md)."),
        W("mechanism", "A rule, or several, by which one thing brings about another and which a switch can turn off."),
        W("hold", "An option of a switch: the mechanism is given what it would have without any policy, read week by "
          "week from a twin. The difference to the run in which it is free is the part of an effect that goes through "
          "it."),
        W("lever", "A column of the world that a policy may move. See [levers](levers.md)."),
        W("policy", "A file that says which levers a state moves, by how much, where and when; never what people do "
          "about it. See [policies](policies.md)."),
        W("move", "One line of a policy: a lever, an operation, a value, and where it applies."),
        W("dose", "How much of a policy there is: at 0 every lever stays as it was, bit for bit, at 1 it reaches its "
          "target."),
        W("family", "Of *rules*: the parameters that some rules read, each with where it comes from. Of *policies*: "
          "those whose levers belong together."),
        W("rule", "What people or organisations do, as a function of the tables. Compiled, it is a *kernel*."),
        W("condition", "What everybody faces in a week, worked out once and written into the tables before rules read "
          "it."),
        W("phase", "One step of the week, a function of the state and the agenda; the list is `PHASES` in "
          "`sim/week/plan.py`."),
        W("agenda", "What one phase of a week leaves for another: who is due, who seeks, who has arrived."),
        W("table, row, column", "A kind of thing, one of them, and what is kept of each. All are listed below."),
        W("generation", "Which holder of a row this is. A person, an enterprise or an owner is named by row and "
          "generation."),
        W("belief", "What somebody expects, from counts of what has happened that fade, on top of where they started.",
          "C7-P03"),
        W("effort", "How much is done at a border or against people without status, on the scale on which hazards add "
          "up."),
        W("account", "Where money of the outside world comes from or goes to. Money moves in whole cents and has two "
          "ends."),
        W("seed", "The number by which every draw of a run is keyed. Another seed is the same world with other luck."),
        W("keyed draw", "A random number that is a function of the seed, a *stream* (one for each kind of decision), "
          "who decides and when. No draw can shift another."),
        W("burn-in", "The weeks before week 0, in which the world settles. Policies start and figures count after "
          "them."),
        W("week 0", "The first week after burn-in. Weeks of burn-in are negative."),
    ),
    "What a run says": (
        W("counter", "A sum or stock of one week, written by the rules."),
        W("metric", "A figure that is reported, made from counters: a flow, a stock, a level, a ratio or a spread. "
          "See [metrics](metrics.md)."),
        W("activity, output, outcome, impact", "What the state does; what that produces; what comes of it; what harm "
          "or good is left. Activity is never shown as an outcome.", "C13-E01"),
        W("truth, record", "Truth is all that happens in the model. A record is what an agency writes down of it, "
          "with its own definition, misses and delays. Each record has its counterpart in truth."),
        W("headline", "Said of the metrics that come first in reports."),
        W("arm", "What is done in a comparison: a policy, several or none. The *baseline* is the arm that others are "
          "held against."),
        W("setting", "Where and under which assumptions arms are compared."),
        W("study", "A question, with the arms and settings that answer it. See [studies](studies.md)."),
        W("twin", "The same run with one thing otherwise: the same seed and luck, hence the same people and draws."),
        W("paired", "Differences are taken seed by seed, between twins."),
        W("answer", "What a study found, in three to five sentences that rules make from its effects. See "
          "[studies](studies.md)."),
        W("told from zero", "Said of an effect whose sign may be named: at least six seeds stand behind it, its "
          "interval leaves zero out, and q is below 0.05 after allowing for all effects that were measured together."),
        W("undecided", "Said of an effect that is not told from zero: the runs neither show it nor rule it out; `?` "
          "in a column of signs. Over worlds that fit, a direction is undecided where it holds in fewer than eight "
          "worlds of ten, or chance may have turned it in more than half of them; tables call this *open*."),
        W("open", "Of a direction over worlds that fit, and of a verdict on a pattern or on a published share: "
          "undecided. Of a venue: seen by whoever passes, see *visibility*. A mark in a figure that is not filled is "
          "called *hollow*."),
        W("verdict", "What may be said of an effect: it rises, falls or is undecided, or why nothing can be said. Of a "
          "pattern or a published share: whether the model agrees with it. Of a court: whether a suspect is "
          "convicted."),
        W("no change to speak of", "Said of an effect whose whole interval lies within 5 % of the level without a "
          "policy."),
        W("draw, point", "Settings or arms that go by a number: a draw of parameters, or a point of a sweep. What was "
          "varied to make them is listed beside the results."),
        W("effect", "The mean difference of an arm to its baseline, with an interval."),
        W("population", "A seed, where risk is told of: a world with its people and burn-in, which has several "
          "lucks. See [risk](risk.md)."),
        W("luck", "One way in which everything turns out from week 0 on, for the same world and people. Several lucks "
          "of a population show what part of what happened to a person was her risk and what part was chance."),
        W("risk", "The chance that something happens to a person, over all lucks: what can be known in week 0 of what "
          "will become of her."),
        W("change of risk", "The risk with a policy minus the risk without it. That of one person cannot be seen; that "
          "of a group, the spread in a group, and about how many people's rises or falls can be estimated."),
        W("placebo", "A run without a policy in which one person in a hundred thinks a week later, once. It shows what "
          "an estimate finds where nothing was done."),
        W("least size", "The number of people below which a world is too small for its enterprises. See "
          "[worlds](worlds.md)."),
        W("evidence id", "Names what a rule or number rests on. See the [bibliography](bibliography.md)."),
        W("grade", "What kind of evidence there is for a mechanism: E data, Q interviews or cases, T theory, A argued, "
          "- assumed. A parameter has the grade of the mechanism in which it stands. Where its *size* comes from is "
          "said apart, under *size* and *basis*."),
        W("argued", "The grade of a mechanism for which a source gives reasons, and neither data nor cases nor a "
          "theory. [The model](model.md) says it also of a rule for which it gives a reason of its own."),
        W("assumed", "No source says it: of a mechanism, that it works so (grade -); of the size of a parameter, that "
          "it is so large. Most sizes are assumed, also where there is evidence for the mechanism."),
        W("golden run", "A run whose every number is known, so that a change of form can be shown to change none."),
    ),
}
# fmt: on
