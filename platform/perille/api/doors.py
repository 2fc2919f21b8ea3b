"""What a plugin can bring beside question types and features: formats of packs, checks, certificate designs, themes, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from perille.domain.certificate import Certificate
from perille.domain.item import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting of a plugin."""

    #: In lower case: "url" of the package `ranking` is the variable PERILLE_PLUGIN_RANKING_URL.
    name: str
    #: What it is, in English, for `perille plugins list`.
    about: str
    #: Its value where the variable is not set.
    default: object = ""
    #: Makes the value from the variable; raises ValueError that says what it may be.
    convert: Callable[[str], object] = str
    #: What the administrators' page of plugins calls it (`lazy_gettext`); "" for a setting of the environment alone.
    title: str = ""
    #: Whether the page keeps it sealed and never shows it: passwords and tokens.
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Makes packs of files in another format: `perille packs import --format <name>`."""

    name: str
    #: What it reads, in English.
    about: str
    #: Takes the name of a file, its bytes and the id of the pack; returns the files of a pack, path -> bytes. Raises ValueError that says
    #: what is wrong with the file.
    read: Callable[[str, bytes, str], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPack:
    """A pack as it was published, for an exporter."""

    id: str
    version: str
    #: Path -> bytes, as the author wrote them.
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Writes published packs in another format: `perille packs export --format <name>`."""

    name: str
    #: What it writes, in English.
    about: str
    #: Returns the files to write, path -> bytes.
    write: Callable[[PublishedPack], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedItem:
    """An item of a pack, and where it stands."""

    item: Item
    #: Part -> words in the source language.
    words: Mapping[str, str]
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPack:
    """A pack that could be read, for a check."""

    id: str
    #: "course", "module" or "library".
    kind: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    sensitive: bool
    #: Path -> bytes.
    files: Mapping[str, bytes]
    items: tuple[CheckedItem, ...]
    #: (words in the source language, path, line) of everything that readers see.
    words: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found."""

    path: str
    line: int
    #: What is wrong and what to do, in English.
    message: str
    #: Whether it keeps the pack from being published.
    error: bool = False


#: Looks at a pack, as `perille packs check` and every publication do.
PackCheck = Callable[[CheckedPack], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDesign:
    """How certificates look; the setting PERILLE_CERTIFICATE_DESIGN chooses one by its name."""

    name: str
    #: What it looks like, in English.
    about: str
    #: Returns a PDF, the same bytes for the same words.
    render: Callable[[Certificate], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours and a logo; the setting PERILLE_THEME chooses one by its name.

    Colours are `#rrggbb` under the names of the custom properties of `app.css`, without their hyphens: {"way": "#0a5a5e"}. One that is not
    named stays as it is. A theme whose words would be hard to read is refused.
    """

    name: str
    about: str
    colours: Mapping[str, str] = field(default_factory=dict)
    #: Colours where the reader's system is dark.
    dark_colours: Mapping[str, str] = field(default_factory=dict)
    #: A static file that takes the place of the mark at the top, such as "ranking/logo.svg"; "" for ours.
    logo: str = ""
    #: The name beside the mark.
    title: str = "Perille"
