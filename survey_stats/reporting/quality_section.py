"""The section on data quality: flow, flags, dropout, missing answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from survey_stats.analysis import Block, Figure, Note, Section, Table
from survey_stats.measures.dropout import Dropout, Page, dropout, pages
from survey_stats.measures.flow import not_assessed, participant_flow, quality_flags
from survey_stats.measures.missing_map import missing_by_item, missing_patterns
from survey_stats.measures.quality_material import Material, material_of
from survey_stats.messages import Message
from survey_stats.study import Study

QUALITY = "quality"


def quality_section(study: Study) -> Section | None:
    """What the checks of data quality found, and who is left out of the analyses.

    Args:
        study: The study as read, with those whom the plan excludes.

    Returns:
        The section; none for data frames without answers and flags.
    """
    material = material_of(study)
    if study.flags.columns.empty and study.quality.empty and material.reasons.empty:
        return None
    labels = {page.id: _page_label(page) for page in pages(material)}
    context = {"exclusions": "none"} | ({} if study.design is None else {"design": "unweighted"})
    blocks = tuple(
        replace(block, context=context) if isinstance(block, Table) else block
        for block in (*_flow(study), *_flags(study), *_dropout(material), *_missing(material))
    )
    return Section(QUALITY, "reporting.quality.title", blocks, labels=labels)


def _page_label(page: Page) -> str:
    """The instrument's title and the places of the questions."""
    places = f"{page.first}" if page.first == page.last else f"{page.first}–{page.last}"
    return f"{page.title or page.items[0]} ({places})"


def _flow(study: Study) -> Iterator[Block]:
    flow = participant_flow(study)
    excluded = int(study.excluded.sum())
    chosen = [] if study.quality.empty else list(study.quality.loc[study.quality["excludes"].astype(bool), "flag"])
    told = {"flags": [Message(f"reporting.flag.{name}") for name in chosen], "at_least": study.exclusion_flags,
            "excluded": excluded, "n": study.n}  # fmt: skip
    if excluded == 0 and not chosen:
        yield Note("reporting.quality.none_planned")
    elif not chosen:
        yield Note("reporting.quality.excluded_otherwise", told)
    else:
        yield Note("reporting.quality.excluded" if excluded else "reporting.quality.none_excluded", told)
    yield Figure("exclusion_flow", (flow,))
    yield Table("flow", flow)


def _flags(study: Study) -> Iterator[Block]:
    absent = not_assessed(study)
    for row in absent.table[absent.table["excludes"] == "yes"].to_dict("records"):
        yield Note("reporting.quality.not_applied",
                   {"flag": Message(f"reporting.flag.{row['flag']}"), "reason": row["reason"]})  # fmt: skip
    flags = quality_flags(study)
    if len(flags.table):
        yield Table("flags", flags)
        yield Note("reporting.quality.flags_are_hints")
    if len(absent.table):
        yield Table("not_assessed", absent)


def _dropout(material: Material) -> Iterator[Block]:
    if material.reasons.empty:
        return
    found: Dropout = dropout(material)
    if not found.table["left"].any():
        yield Note("reporting.quality.no_dropout")
        return
    yield Table("dropout", found)
    yield Table("dropout_by_item", found.by_item)


def _missing(material: Material) -> Iterator[Block]:
    if material.reasons.empty:
        return
    by_item, patterns = missing_by_item(material.reasons), missing_patterns(material.reasons)
    if not by_item.table["missing"].any():
        yield Note("reporting.missing.none")
        return
    counts = {"complete": patterns.n_complete, "n": len(material.reasons), "patterns": patterns.n_patterns}
    yield Note("reporting.quality.missing", counts)
    yield Figure("missing_map", (patterns, by_item))
    yield Table("missing_by_item", by_item)
    yield Table("missing_patterns", patterns)
