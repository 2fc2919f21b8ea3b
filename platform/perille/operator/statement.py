"""A statement on accessibility to fill in: the headings that Implementing Decision (EU) 2018/1523 asks for, in plain words."""

from __future__ import annotations

from perille.core.i18n import _


def statement_template(operator: str, site: str) -> str:
    """Return the text, with gaps in square brackets, in the language of the moment."""
    return "\n\n".join(
        (
            _("%(operator)s wants everybody to be able to use %(site)s.", operator=operator or _("[name]"), site=site),
            _("How accessible it is: it follows EN 301 549 and WCAG 2.2, level AA, [wholly | in most parts | not]."),
            _("What is not accessible: [list each part, why, and what you offer instead]."),
            _("How this was found out: [own check | check by others] on [date]."),
            _("Is something hard to use? Write to [e-mail address or telephone]. We answer within [number] days."),
            _("Not satisfied with our answer? You can turn to [authority of your country, address]."),
        )
    )
