"""Text of a PDF that copies, searches and reads aloud as it was written.

typst maps every glyph of a cluster to the whole cluster (ToUnicode, ISO 32000-1 9.10.3). Viewers then copy marks twice, turn lam-alef
round, and read a line apart wherever a mark is raised. `remap_text` writes such lines anew: one glyph a character, in visual order.
"""

from perille.credentials.pdf_text.remap import remap_text

__all__ = ["remap_text"]
