"""`throughline due`: the cases of which the time is over, by the rules of each authority."""

import json

import click

from engine.base.clock import now
from engine.people.identity import SYSTEM
from engine.reads.authority.administration import authorities_named
from engine.reads.task.retention_pages import DueShown, every_due_case
from webapp.cli.options import database_option, json_option, known_database, settings
