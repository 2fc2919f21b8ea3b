"""Packs: folders of text files, found, checked, compiled and kept.

The way of a pack: `source` finds its files and reads TOML and Markdown; `format` reads each file by itself into a `LoadedPack`; `checks`
look at the whole; `compiler` makes a `CompiledPack` with a hash of its structure and one of its words, and touches neither database nor
clock; `publishing` writes it into rows; `published` gives pages a `PackLibrary` to read from. `authoring` has what helps authors. What is
wrong is never raised at the first fault: it is collected as `Diagnostic`s, each with file, line and what to do.
"""
