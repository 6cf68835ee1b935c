"""Every table of the product. Used with Core statements on one connection: a command is one transaction.

The modules are read here so that the whole is known to whoever asks for one table.
"""

from engine.tables.base import Instant as Instant
from engine.tables.base import Table as Table
from engine.tables.cases import Answers as Answers
from engine.tables.cases import Case as Case
from engine.tables.cases import ClosureDay as ClosureDay
from engine.tables.cases import Deadline as Deadline
from engine.tables.cases import Draft as Draft
from engine.tables.cases import Instance as Instance
from engine.tables.cases import LocalTimescale as LocalTimescale
from engine.tables.cases import Outbox as Outbox
from engine.tables.cases import Part as Part
from engine.tables.cases import Wait as Wait
from engine.tables.cases import WorkItem as WorkItem
from engine.tables.people import Account as Account
from engine.tables.people import Agency as Agency
from engine.tables.people import Family as Family
from engine.tables.people import Membership as Membership
from engine.tables.people import Person as Person
from engine.tables.people import Relationship as Relationship
from engine.tables.people import Session as Session
from engine.tables.people import Team as Team
from engine.tables.record import Bundle as Bundle
from engine.tables.record import BundleFile as BundleFile
from engine.tables.record import Checkpoint as Checkpoint
from engine.tables.record import Entry as Entry
from engine.tables.record import EntryCase as EntryCase
from engine.tables.record import Payload as Payload
