"""What somebody sends beside their password: a code of their app, what a passkey signed, or a recovery code."""

from flask import request

from engine.base.errors import NotAllowed, NotPossible
from engine.commands.accounts import Tries
from engine.commands.passkeys import SiteAddress
from engine.commands.showing_second_factor import ShownFactor, must_show
from webapp import keys
from webapp.pages import Visit
from webapp.sessions import token

NOTHING_SHOWN = "Enter the code, or use your passkey."


def factor_problem(visit: Visit, account: str, tries: Tries) -> NotAllowed | NotPossible | None:
    """Why what was sent is not enough; None where it is right. The fields are those of templates/second_factor/."""
    try:
        must_show(visit.site.database, visit.now, account, _sent(visit), tries)
    except (NotAllowed, NotPossible) as refusal:
        return refusal
    return None


def is_something_shown() -> bool:
    """Whoever sent nothing has tried nothing."""
    return bool(request.form.get("second_factor", "").strip() or request.form.get("passkey_signed"))


def place(visit: Visit) -> SiteAddress:
    """This site, as the browser names it in what its passkey signs."""
    scheme = "https" if visit.site.settings.https else request.scheme
    return SiteAddress(request.host.partition(":")[0], f"{scheme}://{request.host}")


def seal(visit: Visit) -> bytes:
    """The key of what apps keep secret."""
    return keys.key(visit.site.settings.keys, keys.SECOND_FACTORS)


def _sent(visit: Visit) -> ShownFactor:
    given = (request.form.get("second_factor", ""), request.form.get("passkey_signed", ""))
    return ShownFactor(*given, session=token(visit.site.settings), place=place(visit), key=seal(visit))
