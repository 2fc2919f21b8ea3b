"""The question types that come with Perille, a file each. They import `perille.api` and nothing else of the platform.

>>> from perille.interactions.choice import Choice
>>> table = {"key": "fire", "interaction": "choice", "prompt": "It burns. Whom do you call?", "choice": [
...     {"key": "rescue", "text": "112", "right": True}, {"key": "home", "text": "My family"}]}
>>> choice, item = Choice(), Choice().read(table).item
>>> response = choice.parse(item, {"q": ["rescue"]}, "q")
>>> response, choice.score(item, response).scaled, choice.respond(item, response)
(('rescue',), 1.0, 'rescue')
>>> choice.parse(item, {"q": ["no-such-key"]}, "q") is None
True
"""

from __future__ import annotations

from perille.api import Plugin
from perille.interactions.choice import Choice
from perille.interactions.fill_in import FillIn
from perille.interactions.free_text import FreeText
from perille.interactions.gap_fill import GapFill
from perille.interactions.grouping import Grouping
from perille.interactions.hotspot import Hotspot
from perille.interactions.likert import Likert
from perille.interactions.matching import Matching
from perille.interactions.multiple_choice import MultipleChoice
from perille.interactions.numeric import Numeric
from perille.interactions.picture_choice import PictureChoice
from perille.interactions.role_play import RolePlayInteraction
from perille.interactions.sequencing import Sequencing
from perille.interactions.true_false import TrueFalse

plugin = Plugin(
    interactions=(
        Choice(),
        MultipleChoice(),
        TrueFalse(),
        PictureChoice(),
        Sequencing(),
        Matching(),
        FillIn(),
        Numeric(),
        Hotspot(),
        GapFill(),
        Grouping(),
        FreeText(),
        Likert(),
        RolePlayInteraction(),
    )
)
