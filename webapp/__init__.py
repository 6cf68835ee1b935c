"""The web site: a page reads the request, calls one function of the engine and shows the result."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask_wtf.csrf import CSRFProtect  # pyright: ignore[reportMissingTypeStubs]
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from engine.base import clock
from engine.base.database import Database
from engine.base.settings import Settings
from webapp import (
    actions,
    agreements,
    audit,
    audit_pack,
    authority,
    break_glass,
    cases,
    corrections,
    covering,
    departures,
    directory,
    disputes,
    duty_list,
    errors,
    families,
    first_administrator,
    giving_tasks,
    health,
    inbox,
    kept_drafts,
    keys,
    letters,
    letting_in,
    life_events,
    many_cases,
    open_page,
    organisations,
    own_account,
    pages,
    part_requests,
    parts,
    password_link,
    people,
    people_around,
    people_files,
    privacy,
    privacy_bars,
    privacy_retention,
    record_pages,
    refer,
    request_log,
    restricting,
    second_factor,
    security,
    shares,
    sign_in,
    single_sign_on,
    starting_together,
    static_files,
    studio,
    studio_carrying_over,
    studio_drawing,
    studio_files,
    studio_guidance,
    studio_judging,
    studio_limits,
    studio_names,
    studio_packages,
    studio_questions,
    studio_renaming,
    studio_retelling,
    studio_stories,
    studio_tables,
    studio_trials,
    studio_trying,
    subject_access,
    tasks,
    team,
    team_changes,
    words,
)
from webapp.caught_letters import CaughtLetters
from webapp.counts import Counts
from webapp.networks import BehindProxies
from webapp.sessions import cookie_name, guard_door
from webapp.whole_numbers import NumberInAddress

# A long text in a form comes to the engine, which says what is too long; only what is far beyond is cut off here.
LARGEST_BODY = 8 * 1024 * 1024
AREAS = (
    *(static_files, sign_in, single_sign_on, own_account, second_factor, password_link, first_administrator),
    *(inbox, tasks, cases, letters, audit, audit_pack),
    *(studio, studio_carrying_over, studio_drawing, studio_files, studio_guidance, studio_judging),
    *(studio_limits, studio_names, studio_packages, studio_questions, studio_renaming, studio_retelling),
    *(studio_stories, studio_tables, studio_trials, studio_trying),
    *(record_pages, team, team_changes, giving_tasks, authority, people, people_files, letting_in, organisations),
    *(covering, duty_list, directory, open_page, refer, parts, part_requests, health),
    *(privacy, privacy_bars, privacy_retention, restricting, break_glass, agreements, many_cases),
    *(subject_access, kept_drafts, disputes, shares, corrections, families, starting_together, actions, departures),
    *(life_events, people_around),
)


def create_app(
    settings: Settings,
    database: Database,
    *,
    now: Callable[[], datetime] = clock.now,
    demo: bool = False,
    caught: CaughtLetters | None = None,
) -> Flask:
    """`demo`: people are picked from a list instead of signing in, and every page says that nothing is real.

    `caught` is the mail server of the demonstration, whose letters a page shows.
    """
    app = Flask(__name__, static_folder=None)
    site = app.extensions[pages.EXTENSION] = pages.Site(database, settings, demo, now, caught)
    app.extensions[duty_list.UP_SINCE] = clock.uptime()
    app.config.from_mapping(
        SECRET_KEY=keys.key(settings.keys, keys.FORMS),
        SESSION_COOKIE_NAME=cookie_name(settings, "form"),
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        WTF_CSRF_CHECK_DEFAULT=False,  # asked by pages.page, so that what was typed in an expired form is not lost
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.wsgi_app = BehindProxies(app.wsgi_app, settings.proxies)
    request_log.log_requests(app, Counts(settings.counts))
    CSRFProtect(app)
    security.sign_with_sha256(app)
    guard_door(app, database, settings, site.read_only, now, sign_in.ask_to_sign_in)
    _set_up_templates(app)
    security.protect(app)
    errors.handle(app)
    app.url_map.converters["int"] = NumberInAddress
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    pages.refuse_undeclared(app)
    return app


def _set_up_templates(app: Flask) -> None:
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.loader = ChoiceLoader([PackageLoader("webapp"), components])
    words.register_filters(app)
