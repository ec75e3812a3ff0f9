"""What is studied: constructs, audience sectors and media. Read from `instruments/constructs.toml` and `media.toml`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from survey_stats.content import FileModel, Identifier, Words
from survey_stats.errors import InstrumentError

Communication = Literal["one_to_one", "one_to_many", "many_to_many"]
MediumClass = Literal[
    "forum", "weblog", "microblog", "wiki", "social_network", "podcast", "photo_sharing", "video_sharing",
    "messaging", "email", "news", "search", "shopping", "games", "virtual_world", "video_streaming", "television",
    "radio", "newspaper", "live_streaming", "professional_network", "telephony", "dating", "portal", "bookmarking",
    "music_streaming",
]  # fmt: skip
KaplanHaenlein = Literal[
    "collaborative_projects", "blogs", "content_communities", "social_networking_sites",
    "virtual_game_worlds", "virtual_social_worlds",
]  # fmt: skip


class Construct(FileModel):
    """What a scale or variable measures.

    Attributes:
        id: The construct's id.
        label: Name by language.
        definition: One sentence by language.
        opposite: A construct that is this one reversed.
        proxies: Constructs that may stand in, as a proxy named as one, with the sign of the expected relation.
    """

    id: Identifier
    label: Words
    definition: Words
    opposite: Identifier | None = None
    proxies: dict[Identifier, Literal["same", "reversed"]] = Field(default_factory=dict)


class Constructs(FileModel):
    """The file `constructs.toml`."""

    constructs: tuple[Construct, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Construct]:
        """Constructs by id."""
        return {construct.id: construct for construct in self.constructs}


class Sector(FileModel):
    """A kind of site or medium as audience measurement groups them (social media, news, search, …).

    Attributes:
        id: The sector's id.
        label: Name by language.
        online: Whether it counts to internet time.
        social_media: Whether its time is time on social media.
        communication: The main kind of communication of its media, if they have one.
        note: What the sector covers where that is disputed.
    """

    id: Identifier
    label: Words
    online: bool
    social_media: bool
    communication: Communication | None = None
    note: str = ""


class SocialNetworkSite(FileModel):
    """Whether a medium meets the three criteria of boyd and Ellison (2007), dated, with the reason.

    Attributes:
        profile: Users build a public or semi-public profile inside a bounded system.
        connections: They list other users with whom they share a connection.
        traverse: They view and traverse their own list and those of others.
        as_of: Year the judgement refers to.
        reason: Why a criterion is not met, or what is disputed.
    """

    profile: bool
    connections: bool
    traverse: bool
    as_of: int = Field(ge=1969, le=2100)
    reason: str = ""

    @property
    def met(self) -> bool:
        """All three criteria hold."""
        return self.profile and self.connections and self.traverse


class Medium(FileModel):
    """A platform, site or other medium.

    Attributes:
        id: The medium's id.
        label: Name by language.
        aliases: Other names people and exports use.
        sector: Audience sector.
        medium_class: Its class (forum, weblog, microblog, …).
        communication: Its main kind of communication.
        kaplan_haenlein: Class of Kaplan and Haenlein (2010), for social media.
        social_media: Whether it is social media.
        social_network_site: The three criteria, dated; none where they do not apply.
        domains: Registered domains, lower case.
        active_from, active_to: Years of service.
    """

    id: Identifier
    label: Words
    aliases: tuple[str, ...] = ()
    sector: Identifier
    medium_class: MediumClass
    communication: Communication
    kaplan_haenlein: KaplanHaenlein | None = None
    social_media: bool
    social_network_site: SocialNetworkSite | None = None
    domains: tuple[str, ...] = ()
    active_from: int | None = None
    active_to: int | None = None


class Taxonomy(FileModel):
    """The file `media.toml`: sectors and media, one name space of ids."""

    sources: dict[str, str] = Field(default_factory=dict)
    sectors: tuple[Sector, ...]
    media: tuple[Medium, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Taxonomy:
        ids = [entry.id for entry in self.entries]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"ids must be unique over sectors and media; these occur twice: {', '.join(twice)}")
        unknown = sorted({medium.sector for medium in self.media} - {sector.id for sector in self.sectors})
        if unknown:
            raise ValueError(f"media name sectors that are not in the file: {', '.join(unknown)}")
        domains = [domain for medium in self.media for domain in medium.domains]
        shared = sorted({domain for domain in domains if domains.count(domain) > 1})
        if shared:
            raise ValueError(f"a domain belongs to one medium only; these stand twice: {', '.join(shared)}")
        return self

    @property
    def entries(self) -> list[Sector | Medium]:
        """Sectors, then media."""
        return [*self.sectors, *self.media]

    @cached_property
    def by_id(self) -> dict[str, Sector | Medium]:
        """Sectors and media by id."""
        return {entry.id: entry for entry in self.entries}

    def find(self, ids: Iterable[str], where: str) -> list[Sector | Medium]:
        """Entries for `ids`.

        Raises:
            InstrumentError: An id is not in the taxonomy; `where` says who asked.
        """
        wanted = list(ids)
        unknown = [name for name in wanted if name not in self.by_id]
        if unknown:
            raise InstrumentError(
                f"{where}: {', '.join(unknown)} not found in the taxonomy of media. "
                "Use ids of instruments/media.toml, or add the medium there."
            )
        return [self.by_id[name] for name in wanted]


def names_of_media(taxonomy: Taxonomy) -> dict[str, str]:
    """Every id, label and alias of the taxonomy in small letters → its id; what two entries share is left out."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for entry in taxonomy.entries:
        for name in {entry.id, *entry.label.values(), *getattr(entry, "aliases", ())}:
            key = name.casefold()
            if found.setdefault(key, entry.id) != entry.id:
                shared.add(key)
    return {key: medium for key, medium in found.items() if key not in shared}
