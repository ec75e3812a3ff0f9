"""The claim that one kind of site takes most time, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import Labels, word

Row = Mapping[Any, Any]
LEVEL = 0.05
_WORDS = {"PairLead": "lead_pair", "CommunicationLead": "lead_communication"}
"""Type of result → its family of messages."""


def lead_sentences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a quantity: against the strongest other entry, and whether the claim over all of them holds."""
    frame = table.result.to_frame()
    quantities = [rows for _, rows in frame.groupby("quantity", sort=False)]
    chosen = quantities[:1] if short else quantities
    return [
        _sentence(rows.iloc[int(rows["second"].to_numpy().argmax())].to_dict(), len(rows), table, labels, language)
        for rows in chosen
    ]


def _sentence(row: Row, comparisons: int, table: Table, labels: Labels, language: str) -> str:
    kind = "percent" if row["unit"] == "share" else "minutes"
    supported = row["claim_p_value"] < LEVEL
    verdict = "behind" if row["estimate"] <= 0 else "supported" if supported else "unclear"
    level = f"{100 * row['confidence']:g}"
    family = _WORDS.get(type(table.result).__name__, "lead")
    return text(
        f"{family}.{verdict}.{row['quantity']}", language, entry=labels[row["entry"]], other=labels[row["other"]],
        first=numbers.number(row["first"], kind), second=numbers.number(row["second"], kind),
        difference=numbers.number(row["estimate"], kind),
        interval=f"{text('reporting.interval', language, confidence=level)} "
                 f"{numbers.interval(row['ci_lower'], row['ci_upper'], kind)}",
        p=numbers.equation("*p*", row["claim_p_value"], "p_value"), comparisons=comparisons,
        n=numbers.number(row["n"], "count"),
        setting=word("measure_type", table.context.get("measure_type", ""), language),
    )  # fmt: skip


def taxonomy_sentences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """Under how many taxonomies the entry leads, and who leads under the others."""
    frame = table.result.to_frame()
    if short or frame.empty:
        return []
    entry = frame["entry"].iloc[0]
    leads = frame["leader"] == entry
    holds = leads & (frame["claim_p_value"] < LEVEL)
    others = ", ".join(
        text("lead.other_leader", language, leader=labels[row["leader"]],
             taxonomy=word("taxonomy", row["taxonomy"], language))
        for row in frame[~leads].to_dict("records")
    )  # fmt: skip
    said = "lead.taxonomies_others" if others else "lead.taxonomies"
    return [
        text(said, language, entry=labels[entry], leads=int(leads.sum()), holds=int(holds.sum()), n=len(frame),
             others=others)
    ]  # fmt: skip
