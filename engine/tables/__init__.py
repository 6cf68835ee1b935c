"""Every table of the product. Used with Core statements on one connection: a command is one transaction.

The modules are read here so that the whole is known to whoever asks for one table.
"""

from engine.tables.alarm_tables import Alarm as Alarm
from engine.tables.alarm_tables import DutyTurn as DutyTurn
from engine.tables.authority_tables import Authority as Authority
from engine.tables.authority_tables import ClosureDay as ClosureDay
from engine.tables.authority_tables import LocalTimescale as LocalTimescale
from engine.tables.authority_tables import Organisation as Organisation
from engine.tables.authority_tables import Publication as Publication
from engine.tables.authority_tables import StoriesPlayed as StoriesPlayed
from engine.tables.authority_tables import Team as Team
from engine.tables.case_tables import DEEDS as DEEDS
from engine.tables.case_tables import HAS_FURTHER_ROLES as HAS_FURTHER_ROLES
from engine.tables.case_tables import Answers as Answers
from engine.tables.case_tables import Case as Case
from engine.tables.case_tables import Deadline as Deadline
from engine.tables.case_tables import Instance as Instance
from engine.tables.case_tables import Part as Part
from engine.tables.case_tables import Submission as Submission
from engine.tables.case_tables import Wait as Wait
from engine.tables.case_tables import WorkItem as WorkItem
from engine.tables.clock_tables import LastTick as LastTick
from engine.tables.clock_tables import StalledCase as StalledCase
from engine.tables.column_types import Instant as Instant
from engine.tables.column_types import NamedRow as NamedRow
from engine.tables.column_types import Table as Table
from engine.tables.conditions import enabled_at as enabled_at
from engine.tables.conditions import held_at as held_at
from engine.tables.conditions import plan_in_force as plan_in_force
from engine.tables.conditions import running_deadline as running_deadline
from engine.tables.desk_tables import Counted as Counted
from engine.tables.desk_tables import Draft as Draft
from engine.tables.desk_tables import Outbox as Outbox
from engine.tables.people_tables import Account as Account
from engine.tables.people_tables import Family as Family
from engine.tables.people_tables import Membership as Membership
from engine.tables.people_tables import Person as Person
from engine.tables.people_tables import PersonKey as PersonKey
from engine.tables.people_tables import PossibleMatch as PossibleMatch
from engine.tables.people_tables import Relationship as Relationship
from engine.tables.people_tables import Session as Session
from engine.tables.record_tables import Act as Act
from engine.tables.record_tables import Bundle as Bundle
from engine.tables.record_tables import BundleFile as BundleFile
from engine.tables.record_tables import Chain as Chain
from engine.tables.record_tables import Checkpoint as Checkpoint
from engine.tables.record_tables import Payload as Payload
from engine.tables.record_tables import Shown as Shown
from engine.tables.studio_tables import Approval as Approval
from engine.tables.studio_tables import Change as Change
from engine.tables.studio_tables import ChangeFile as ChangeFile
from engine.tables.studio_tables import ChangeSave as ChangeSave
from engine.tables.studio_tables import Editing as Editing
from engine.tables.studio_tables import Stories as Stories
from engine.tables.studio_tables import Trial as Trial
