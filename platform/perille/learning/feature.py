"""What a learner's way through a course brings."""

from __future__ import annotations

from perille.core.feature import Feature, MergeRule, MergeStrategy
from perille.learning.big_screen_views import blueprint as big_screen
from perille.learning.guest_views import blueprint as guests
from perille.learning.link_preview_views import blueprint as link_preview
from perille.learning.models import Bookmark, PollCount
from perille.learning.views import blueprint

feature = Feature(
    name="learning",
    public=frozenset(
        {
            "big_screen.show",
            "guests.begin_visit",
            "guests.end_visit",
            "learning.advance",
            "learning.answer",
            "learning.bookmark",
            "learning.set_easy_words",
            "learning.course",
            "learning.media",
            "learning.lesson_for_print",
            "learning.resume",
            "learning.start",
            "learning.unit",
            "link_preview.preview",
        }
    ),
    blueprints=(blueprint, big_screen, guests, link_preview),
    models=(Bookmark, PollCount),
    stays=(Bookmark, PollCount),
    # A poll counts answers and knows nobody who gave one.
    personal_data=(Bookmark,),
    merge_rules=(MergeRule(model=Bookmark, rule=MergeStrategy.GREATER, by="at"),),
)
