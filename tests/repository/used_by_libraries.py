# ruff: noqa: B018, F821
# pyright: basic, reportUndefinedVariable=false, reportUnusedExpression=false
"""Names that a library reads and our code does not: vulture takes those named here for used."""

impl  # the type that SQLAlchemy stores a value as
cache_ok
type_annotation_map
process_bind_param
process_result_value
isolation_level  # set on a connection of sqlite3
autocommit  # and on one of psycopg
prepared_max
call_service  # SpiffWorkflow's script engine
external_context
script
message_var  # of a message event
throw
_parent  # a task's place in SpiffWorkflow's tree
revision  # Alembic reads these in every migration
down_revision
branch_labels
depends_on
jinja_options  # Flask, when it makes the environment
loader
digest_method  # Flask and itsdangerous, by what they sign
default_digest_method
content_type
formatException  # Python's logging
compress_type  # zipfile, of one file in it
create_system
external_attr
exit_code  # click, of an error
itersize  # psycopg's cursor on the server
anonymous_user  # Flask-Login
session_protection
text_factory  # sqlite3, how a connection reads text
PARALLEL_MI_CLASS  # SpiffWorkflow, which class a parser makes of several items
in_force_from  # the tables of what comes: a publication that is dated ahead
_value_  # enum, of a member that is made with more than its value
handle_DATA  # aiosmtpd, what it does with a letter
task_class  # waitress, what a connection and a server are made of
channel_class
maintenance
StartElementHandler  # expat, what it calls
EndElementHandler
CharacterDataHandler
_find_dependencies  # SpiffWorkflow's parser, before it reads a process
regex  # werkzeug, what a part of an address may be
NO_ROWS  # re-running: the kinds of entry that change no row, which a test holds against all kinds
marked_by  # columns that are read by their names in a table of re-running
settled_by
membership_id
set_at
set_by
noted_by
signed_at
_content_consumed  # requests, that the whole answer was read
