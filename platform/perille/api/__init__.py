"""All that a pack or a plugin may import.

A pack with code says what it brings with one object at the top of its package:

    from perille.api import Plugin

    plugin = Plugin(interactions=(MyInteraction(),))

The distribution names the package (or the object, `package:plugin`) in the entry-point group `perille.packs`. A package that has a
`pack.toml` beside its `__init__.py` is a pack; one that has a `plugin` is a plugin; it may be both. `docs/plugins/` has a page for
each kind of thing that a plugin can bring.
"""

from __future__ import annotations

from perille.api.answers import (
    LIST_MARK,
    LONGEST_ANSWER,
    PAIR_MARK,
    RANGE_MARK,
    authored_or_by_seed,
    authored_parts,
    by_seed,
    graded,
    joined_list,
    joined_pairs,
    marked_pairs,
    never_as_given,
    no_answer,
    only_value,
    option_keys,
    pair,
    right_keys,
    string_list,
    strings_of,
    typed_text,
    values_by_key,
)
from perille.api.doors import (
    CertificateDesign,
    CheckedItem,
    CheckedPack,
    Exporter,
    Finding,
    Importer,
    PackCheck,
    PublishedPack,
    Setting,
    Theme,
)
from perille.api.folding import without_ends
from perille.api.forms import SAID_AFTERWARDS, flag_field, picture_field, word_fields
from perille.api.normalisation import latin_digits, normalised, without_marks
from perille.api.notices import Deliver, Delivery, Notifier, OutgoingNotice
from perille.api.plugin import Plugin
from perille.api.reading import COMMON_KEYS, KEY, ItemReader, TableReader
from perille.api.reports import ReportDefinition, ReportRequest
from perille.api.suggestions import did_you_mean
from perille.core.database import Base, Session, UtcDateTime, run_in_transaction, utcnow, uuid7
from perille.core.errors import BadRequest, Conflict, Forbidden, NotFound
from perille.core.extensions import db
from perille.core.feature import Feature, NavigationItem, Permission, Place
from perille.core.interface_words import gettext, lazy_gettext, ngettext
from perille.core.job import Job
from perille.core.learner import current_learner_id
from perille.core.permissions import require
from perille.core.plugin_settings import plugin_setting
from perille.domain.certificate import Certificate, CertificateSide, Labels
from perille.domain.item import (
    Definition,
    Form,
    Interaction,
    InteractionType,
    Item,
    ItemFault,
    ItemReading,
    ItemTable,
    Option,
    Outcome,
    Recording,
    Response,
)
from perille.domain.item_files import FileReading, FileTable, ItemFiles, LearnerPath, NamePicture
from perille.domain.item_form import FieldKind, FileForm, FormField, FormRows, ItemForm

__all__ = [
    "BadRequest",
    "Base",
    "COMMON_KEYS",
    "Certificate",
    "CertificateDesign",
    "CheckedItem",
    "CheckedPack",
    "Conflict",
    "Definition",
    "Deliver",
    "Delivery",
    "Exporter",
    "Feature",
    "FieldKind",
    "FileForm",
    "FileReading",
    "FileTable",
    "Finding",
    "Forbidden",
    "Form",
    "FormField",
    "FormRows",
    "Importer",
    "Interaction",
    "InteractionType",
    "Item",
    "ItemFault",
    "ItemFiles",
    "ItemForm",
    "ItemReader",
    "ItemReading",
    "ItemTable",
    "Job",
    "KEY",
    "LIST_MARK",
    "LONGEST_ANSWER",
    "Labels",
    "NamePicture",
    "NavigationItem",
    "NotFound",
    "Notifier",
    "Option",
    "Outcome",
    "OutgoingNotice",
    "PAIR_MARK",
    "PackCheck",
    "Permission",
    "Place",
    "Plugin",
    "PublishedPack",
    "RANGE_MARK",
    "Recording",
    "ReportDefinition",
    "ReportRequest",
    "Response",
    "SAID_AFTERWARDS",
    "Session",
    "Setting",
    "CertificateSide",
    "TableReader",
    "Theme",
    "UtcDateTime",
    "LearnerPath",
    "authored_or_by_seed",
    "by_seed",
    "current_learner_id",
    "db",
    "flag_field",
    "gettext",
    "joined_pairs",
    "graded",
    "latin_digits",
    "lazy_gettext",
    "joined_list",
    "marked_pairs",
    "did_you_mean",
    "never_as_given",
    "ngettext",
    "no_answer",
    "normalised",
    "only_value",
    "option_keys",
    "pair",
    "picture_field",
    "plugin_setting",
    "require",
    "right_keys",
    "run_in_transaction",
    "authored_parts",
    "string_list",
    "strings_of",
    "typed_text",
    "utcnow",
    "uuid7",
    "values_by_key",
    "without_ends",
    "without_marks",
    "word_fields",
]
