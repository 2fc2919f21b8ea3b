"""What profiles on a shared phone and progress in accounts bring."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature, MergeRule, MergeStrategy
from perille.core.web.page_cache import page_reader as reader_slot
from perille.enrolment.accounts import account_keeping, session_holding
from perille.enrolment.cookies import ProfileWaits, learner_made
from perille.profiles import account_views, lock_views
from perille.profiles.locked_accounts import check_account
from perille.profiles.models import AccountLearner
from perille.profiles.on_sign_in import arrive, holds_session, keep_new_learner
from perille.profiles.open_profile import (
    check_profile,
    keep_until_unlocked,
    open_picture,
    page_reader,
    profile_field,
    profile_waits,
)
from perille.profiles.purposes import RECORD
from perille.profiles.services import account_of_learner
from perille.profiles.switched import follow_switch, keep_switch


def connect(app: Flask) -> None:
    """Let pages show whose progress is open, and forms say for whom they are."""
    app.jinja_env.globals.update(open_picture=open_picture, profile_field=profile_field, profile_waits=profile_waits)
    app.before_request(follow_switch)
    app.before_request(check_profile)
    app.before_request(check_account)
    app.register_error_handler(ProfileWaits, keep_until_unlocked)
    app.after_request(arrive)
    app.after_request(keep_switch)
    reader_slot.set(app, page_reader)
    learner_made.set(app, keep_new_learner)
    account_keeping.set(app, account_of_learner)
    session_holding.set(app, holds_session)


feature = Feature(
    name="profiles",
    public=frozenset(
        {
            "profiles.add_profile",
            "profiles.confirm_removal",
            "profiles.switch_profile",
            "profiles.choose_picture",
            "profiles.show_pending_form",
            "profiles.show_picture_picker",
            "profiles.remove_profile",
            "profiles.send_pending_form",
            "profiles.show_profile_picker",
            "profile_locks.lock_now",
            "profile_locks.lock",
            "profile_locks.remove_lock",
            "profile_locks.set_minutes",
            "profile_locks.set_pictures",
            "profile_locks.unlock",
            "profile_locks.use_pictures",
        }
    ),
    blueprints=(account_views.blueprint, lock_views.blueprint),
    purposes=(RECORD,),
    models=(AccountLearner,),
    stays=(AccountLearner,),
    personal_data=(AccountLearner,),
    # Who merges says in which account the progress is; a row of another account is never taken over.
    merge_rules=(MergeRule(model=AccountLearner, rule=MergeStrategy.STAY),),
    setup=connect,
)
