"""The families of parameters that rules take. Where each number comes from is said at its field."""

from __future__ import annotations

from typing import Any, NamedTuple, get_type_hints

from sim.agents.agencies import AgencyRules
from sim.agents.enterprises import EntrantRules
from sim.agents.people import BirthRules
from sim.agents.venues import VenueRules
from sim.declared.sources import build, facts
from sim.ground.by_address import by_address
from sim.rules.control.compounds import CompoundRules
from sim.rules.control.terms import TermRules
from sim.rules.corruption.capture import OfficialRules
from sim.rules.intelligence.collecting import IntelRules
from sim.rules.justice.assets import AssetRules
from sim.rules.justice.children import ChildRules
from sim.rules.justice.decisions import DecisionRules
from sim.rules.justice.evidence import CaseRules
from sim.rules.justice.identification import MeetingRules
from sim.rules.justice.prepared_return import ReturnRules
from sim.rules.justice.recognition import RecognitionRules
from sim.rules.justice.records import RecordRules
from sim.rules.justice.rule_of_law import LawRules
from sim.rules.justice.shelter import ShelterRules
from sim.rules.justice.threats import ThreatRules
from sim.rules.justice.trust import TrustRules
from sim.rules.missions.inside import MissionRules
from sim.rules.moving.borders import JourneyRules
from sim.rules.moving.channels import ChannelRules
from sim.rules.moving.closing import ClosingRules
from sim.rules.moving.crowding import CrowdingRules
from sim.rules.moving.entry import BusinessRules
from sim.rules.moving.smuggling import MarketRules
from sim.rules.moving.transit import TransitRules
from sim.rules.networks.change import ChangeRules
from sim.rules.networks.facilitating import FacilitatorRules
from sim.rules.networks.money import MoneyRules
from sim.rules.networks.operations import OperationRules
from sim.rules.networks.partners import PartnerRules
from sim.rules.people.ageing import AgeingRules
from sim.rules.people.anticipation import AnticipationRules
from sim.rules.people.beliefs import BeliefRules
from sim.rules.people.consider import LifeRules
from sim.rules.people.homecoming import HomecomingRules
from sim.rules.people.households import HouseholdRules
from sim.rules.people.knowledge import KnowledgeRules
from sim.rules.people.lived import LivedRules
from sim.rules.people.options import ChoiceRules
from sim.rules.people.ransom import RansomRules
from sim.rules.work.charges import ChargeRules
from sim.rules.work.claims import ClaimRules
from sim.rules.work.compliance import ComplianceRules
from sim.rules.work.contracts import ContractRules
from sim.rules.work.handover import HandoverRules
from sim.rules.work.jobs import HireRules
from sim.rules.work.labour import VenueMarketRules
from sim.rules.work.online import OnlineRules
from sim.rules.work.recruitment import RecruitRules
from sim.rules.work.relocating import RelocationRules
from sim.rules.work.value import ControlRules
from sim.world.world import World


@by_address
class Rules(NamedTuple):
    """Every family."""

    birth: BirthRules
    belief: BeliefRules
    knowledge: KnowledgeRules
    choice: ChoiceRules
    life: LifeRules
    lived: LivedRules
    ageing: AgeingRules
    household: HouseholdRules
    child: ChildRules
    homecoming: HomecomingRules
    channel: ChannelRules
    market: MarketRules
    crowding: CrowdingRules
    business: BusinessRules
    entrant: EntrantRules
    journey: JourneyRules
    venue: VenueRules
    venue_market: VenueMarketRules
    hire: HireRules
    control: ControlRules
    term: TermRules
    handover: HandoverRules
    claim: ClaimRules
    recruit: RecruitRules
    meeting: MeetingRules
    agency: AgencyRules
    case: CaseRules
    record: RecordRules
    official: OfficialRules
    partner: PartnerRules
    facilitator: FacilitatorRules
    change: ChangeRules
    operation: OperationRules
    money: MoneyRules
    asset: AssetRules
    threat: ThreatRules
    recognition: RecognitionRules
    decision: DecisionRules
    shelter: ShelterRules
    trust: TrustRules
    returns: ReturnRules
    anticipation: AnticipationRules
    contract: ContractRules
    charge: ChargeRules
    intel: IntelRules
    mission: MissionRules
    transit: TransitRules
    ransom: RansomRules
    compliance: ComplianceRules
    relocation: RelocationRules
    online: OnlineRules
    compound: CompoundRules
    closing: ClosingRules
    rule_of_law: LawRules


FAMILIES: dict[str, type] = get_type_hints(Rules)


def rules_of(values: dict[str, Any], mechanisms: dict[str, str], world: World, people: int) -> Rules:
    """Every family from a scenario's values and switches, for so many people in a world."""
    known = facts(values, mechanisms, legs=len(world.legs.tail), regions=len(world.regions.name), people=people)
    return Rules(**{name: build(kind, known) for name, kind in FAMILIES.items()})
