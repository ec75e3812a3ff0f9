"""Answers to time questions → records (person, medium, day, minutes) and totals of a habitual day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.errors import InputError
from survey_stats.instrument import Instrument, Item, Option, TimeTotal
from survey_stats.study import RECORD_COLUMNS, VARIABLE_COLUMNS, empty, with_observed
from survey_stats.taxonomy import names_of_media

DAYS_OF_WEEK = {"weekday": 5, "weekend": 2}
NOT_USED = "not_used"
"""Status of the zero minutes of somebody who said not to use the medium."""


def questionnaire_records(
    answers: pd.DataFrame, intervals: Mapping[str, pd.DataFrame], instruments: Iterable[Instrument]
) -> pd.DataFrame:
    """Records of time use from a questionnaire: a row per person, medium and kind of day with an answer.

    Zero minutes is an answer and has a record; a blank has none, unless the person said elsewhere that the medium is
    not used: the question is asked only of its users (`relevant_if`, on a question about the same medium or a multiple
    choice) and the person is none of them, or a multiple choice of media was answered without it. Such a record has 0
    minutes and the status `not_used`.

    Args:
        answers: Index respondent, minutes in a column an item, multiple choices as one 0/1 column an option.
        intervals: For each duration item the bounds (`lower`, `upper`, `status`), same index.
        instruments: The instruments the items belong to.

    Returns:
        Columns as in `study.RECORD_COLUMNS`; minutes per day of that kind.
    """
    used = list(instruments)
    items = {item.id: item for instrument in used for item in instrument.all_items}
    frames = [
        _item_records(item, answers, intervals.get(item.id), instrument, items)
        for instrument in used
        for item in instrument.all_items
        if _is_time(item) and item.id in answers
    ]
    present = [frame for frame in frames if len(frame)]
    return pd.concat(present, ignore_index=True) if present else empty(RECORD_COLUMNS)


def use_records(used: pd.DataFrame, *, reference_period: str, measure_type: str = "self_report") -> pd.DataFrame:
    """Records of use without time, from a multiple choice or from prompts: for `audience` and `reach` only.

    Args:
        used: Index person, a column a medium: 1 used, 0 not used, missing not known.
        reference_period: What was asked about, for example "three months".
        measure_type: How it was measured.

    Returns:
        `person`, `medium`, `minutes` (0: nobody asked for them), `sessions` (1 or 0), `measure_type`,
        `reference_period`.

    >>> used = pd.DataFrame({"facebook": [1, 0, None]}, index=[7, 8, 9])
    >>> use_records(used, reference_period="three months")[["person", "sessions"]].to_numpy().tolist()
    [[7, 1], [8, 0]]
    """
    long = used.rename_axis("person").melt(var_name="medium", value_name="sessions", ignore_index=False).dropna()
    return long.reset_index().assign(
        sessions=lambda rows: rows["sessions"].astype(int), minutes=0.0, measure_type=measure_type,
        reference_period=reference_period,
    )  # fmt: skip


def _is_time(item: Item) -> bool:
    return item.format.kind == "duration" and item.medium is not None and item.format.per == "day"


def _item_records(
    item: Item, answers: pd.DataFrame, interval: pd.DataFrame | None, instrument: Instrument, items: Mapping[str, Item]
) -> pd.DataFrame:
    minutes = answers[item.id]
    bounds = pd.DataFrame({"lower": minutes, "upper": minutes, "status": "exact"}) if interval is None else interval
    unused = minutes.isna() & _said_not_used(item, answers, items)
    zero = {"lower": 0.0, "upper": 0.0, "status": NOT_USED}
    bounds = bounds.astype({"status": object})
    for name, value in zero.items():
        bounds[name] = bounds[name].mask(unused, value)
    frame = bounds.assign(
        person=minutes.index, medium=item.medium, day=item.format.day or "typical", minutes=minutes.mask(unused, 0.0),
        measure_type=instrument.measure_type, reference_period="habitual day",
    )  # fmt: skip
    return frame.loc[frame["minutes"].notna(), list(RECORD_COLUMNS)]


def _said_not_used(item: Item, answers: pd.DataFrame, items: Mapping[str, Item]) -> pd.Series:
    """Whom a filter or a multiple choice has told not to use the medium."""
    found = pd.Series(data=False, index=answers.index)
    rule = item.relevant_if
    if rule is not None and rule.item in answers and _about_the_same(items.get(rule.item), item):
        reply = answers[rule.item]
        found |= reply.notna() & ~reply.isin(list(rule.answers))
    columns = [f"{rule.item}.{code}" for code in rule.answers] if rule is not None else []
    columns = columns or [
        f"{other.id}.{option.code}"
        for other in items.values()
        if other.format.kind == "multiple"
        for option in other.format.options
        if medium_of_option(option) == item.medium
    ]
    chosen = [answers[column] for column in columns if column in answers]
    if chosen and len(chosen) == len(columns):
        found |= pd.concat(chosen, axis=1).eq(0).all(axis=1)
    return found


def _about_the_same(filter_item: Item | None, item: Item) -> bool:
    medium = bundled().taxonomy.by_id.get(item.medium or "")
    return filter_item is not None and filter_item.medium in (item.medium, getattr(medium, "sector", item.medium))


def medium_of_option(option: Option) -> str | None:
    """The medium or sector that an option of a multiple choice names, by its code, label or aliases."""
    taxonomy = bundled().taxonomy
    if option.code in taxonomy.by_id:
        return str(option.code)
    names = names_of_media(taxonomy)
    said = (option.label.get("en", ""), *option.aliases)
    return next((names[name.casefold()] for name in said if name.casefold() in names), None)


def used_media(answers: pd.DataFrame, instruments: Iterable[Instrument]) -> pd.DataFrame:
    """Who uses what, from the multiple choices of media in a questionnaire.

    Returns:
        Index as in `answers`, a column a medium: 1 used, 0 not, missing where the question was not answered.
    """
    columns: dict[str, pd.Series] = {}
    for instrument in instruments:
        for item in instrument.all_items:
            for option in item.format.options if item.format.kind == "multiple" else ():
                medium, column = medium_of_option(option), f"{item.id}.{option.code}"
                if medium is not None and column in answers and medium not in columns:
                    columns[medium] = answers[column]
    return pd.DataFrame(columns, index=answers.index)


def minutes_per_day(records: pd.DataFrame) -> pd.DataFrame:
    """Minutes of a habitual day: weekday and weekend day combined 5:2 within the person.

    Where only one kind of day was answered the other is not guessed: the value is missing, unless the person has a
    record of a `typical` day (the question did not tell them apart), which counts as it is.

    Args:
        records: Columns as in `study.RECORD_COLUMNS`.

    Returns:
        Index person, a column a medium.

    Raises:
        InputError: A person has two records of one medium and kind of day: they may be two answers or two parts.
    """
    twice = records.duplicated(["person", "medium", "day"])
    if twice.any():
        first = records[twice].iloc[0]
        raise InputError(
            f"Records: person {first['person']} has several of {first['medium']} on a {first['day']}. "
            "A habitual day has one record a medium and kind of day: sum parts, or drop repeated answers."
        )
    wide = records.set_index(["person", "medium", "day"])["minutes"].unstack(["medium", "day"])  # noqa: PD010 - no aggregation
    days: dict[str, pd.Series] = {}
    for medium in wide.columns.unique("medium"):
        kinds = pd.DataFrame(wide[medium]).reindex(columns=[*DAYS_OF_WEEK, "typical"])
        week = kinds[list(DAYS_OF_WEEK)].dot(pd.Series(DAYS_OF_WEEK)) / sum(DAYS_OF_WEEK.values())
        days[medium] = week.fillna(kinds["typical"])
    return pd.DataFrame(days, index=wide.index)


def time_measures(
    records: pd.DataFrame, instruments: Iterable[Instrument], persons: pd.Index, language: str = "en"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The time totals that instruments ask for.

    A total needs an answer for each of its media; otherwise it is missing.

    Args:
        records: Time-use records.
        instruments: Instruments with `time_totals`.
        persons: Index of the study.
        language: Language of the labels.

    Returns:
        Measures (index respondent, a column a total, minutes per day) and their rows of `variables`.
    """
    if records.empty:
        return pd.DataFrame(index=persons), empty(VARIABLE_COLUMNS)
    daily = minutes_per_day(records).reindex(persons)
    columns: dict[str, pd.Series] = {}
    rows: list[dict[str, Any]] = []
    for instrument in instruments:
        for total in instrument.time_totals:
            if set(total.media) <= set(daily):
                columns[total.id] = daily[list(total.media)].sum(axis=1, min_count=len(total.media))
                rows.append(_total_row(total, instrument, language))
    measures = pd.DataFrame(columns, index=persons)
    return measures, with_observed(pd.DataFrame(rows, columns=list(VARIABLE_COLUMNS)), measures)


def _total_row(total: TimeTotal, instrument: Instrument, language: str) -> dict[str, Any]:
    return {
        "id": total.id, "construct": total.construct_id, "label": in_language(total.label, language), "kind": "time",
        "unit": "minutes per day", "minimum": 0.0, "maximum": 1440.0 * len(total.media),
        "reference_period": total.reference_period, "measure_type": instrument.measure_type, "level": "between",
        "rule": "weekday and weekend day combined 5:2", "items": " ".join(total.media), "reversed": "",
        "instrument": instrument.id,
    }  # fmt: skip
