"""Whoever adds a table that tells of a person says so, and says it in words."""

from __future__ import annotations

from perille.features import FEATURES, metadata
from perille.privacy.row_descriptions import TIES, WORDS


def test_every_personal_table_has_words() -> None:
    personal = {model.__tablename__ for feature in FEATURES for model in feature.personal_data}
    hanging = {"learner", "account"}
    for table in metadata.sorted_tables:
        if hanging & {key.column.table.name for key in table.foreign_keys} or "registration" in table.c:
            hanging.add(table.name)
    assert (personal & hanging) - set(WORDS) - TIES == set()


def test_what_hangs_on_an_account_is_declared_as_personal() -> None:
    personal = {model.__tablename__ for feature in FEATURES for model in feature.personal_data}
    hanging = {"account"}
    for table in metadata.sorted_tables:
        if hanging & {key.column.table.name for key in table.foreign_keys} or "account_id" in table.c:
            hanging.add(table.name)
    assert hanging - personal == set()
