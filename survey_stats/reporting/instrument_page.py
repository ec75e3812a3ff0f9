"""An instrument in the terminal: items with codes, scales, cut-offs, norms, licence and status; 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from survey_stats.content import in_language
from survey_stats.instrument import AnswerFormat, Instrument, Scale
from survey_stats.key_facts import Norm
from survey_stats.messages import text

WIDTH = 80


def instrument_page(instrument: Instrument, language: str = "en") -> list[str]:
    """The lines that `survey-stats instruments show` prints, none wider than 80 columns.

    Args:
        instrument: The instrument.
        language: Language of the words.
    """
    source = instrument.source
    lines = _wrapped(f"{instrument.id}: {in_language(instrument.title, language)}", "")
    doi = f" https://doi.org/{source.doi}" if source.doi else ""
    lines += _wrapped(f"{source.citation}{doi}", "  ")
    lines += _wrapped(text("scales.show.licence", language, licence=source.licence, status=source.status), "  ")
    if source.note:
        lines += _wrapped(source.note, "  ")
    for section in (_items, _scales, _time_totals, _cutoffs, _norms, _facts):
        found = list(section(instrument, language))
        if found:
            name = section.__name__.removeprefix("_")
            lines += ["", text(f"scales.show.{name}", language), *found]
    if instrument.scales and any(not item.text for item in instrument.all_items):
        lines += ["", *_wrapped(text("scales.show.no_wording", language), "")]
    return lines


def instrument_summary(instrument: Instrument, language: str = "en") -> str:
    """One sentence about a file that is in order."""
    return text(
        "scales.ok", language, id=instrument.id, items=len(instrument.all_items),
        scales=", ".join(
            text("scales.ok_scale", language, id=scale.id, items=len(scale.items), reverse=len(scale.reverse))
            for scale in instrument.scales
        ) or text("scales.ok_no_scale", language),
        cutoffs=len(instrument.cutoffs), norms=len(instrument.norms),
    )  # fmt: skip


def _wrapped(words: str, indent: str, more: str = "  ") -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent + more)


def _items(instrument: Instrument, language: str) -> Iterator[str]:
    width = max((len(item.id) for item in instrument.all_items), default=0)
    reverse = {name for scale in instrument.scales for name in scale.reverse}
    for item in instrument.all_items:
        turned = text("scales.show.reversed", language) if item.id in reverse else ""
        name = item.name(language)
        line = f"{item.id:{width}}  {_answers(item.format):9}  {turned:8}  {'' if name == item.id else name}".rstrip()
        yield from _wrapped_under(line, width + 25)


def _wrapped_under(line: str, indent: int) -> list[str]:
    """A row whose last column goes on beneath itself; columns keep their blanks."""
    lead, rest = f"  {line[: indent - 2]}", line[indent - 2 :]
    room = max(WIDTH - indent, 20)
    parts = textwrap.wrap(rest, room) or [""]
    return [f"{lead}{parts[0]}".rstrip(), *(" " * indent + part for part in parts[1:])]


def _answers(form: AnswerFormat) -> str:
    if form.range is not None:
        return f"{form.range[0]:g} to {form.range[1]:g}"
    return form.kind


def _scales(instrument: Instrument, language: str) -> Iterator[str]:
    for scale in instrument.scales:
        yield from _wrapped(f"{scale.id}: {in_language(scale.label, language)}", "  ")
        score = text(f"scales.score.{scale.score}", language)
        size = len(scale.items)
        values = {
            "construct": scale.construct_id,
            "score": score,
            "needed": scale.minimum_answered or size,
            "size": size,
        }
        yield from _wrapped(text("scales.show.scale", language, **values), "    ")
        items = _numbers(scale, scale.items, instrument)
        yield from _wrapped(text("scales.show.scale_items", language, items=items), "    ")
        if scale.reverse:
            told = text("scales.show.scale_reversed", language, items=_numbers(scale, scale.reverse, instrument))
            yield from _wrapped(told, "    ")


def _numbers(scale: Scale, items: Sequence[str], instrument: Instrument) -> str:
    """Items by their number where all ids of the scale are the instrument's id and a number; else by id."""
    stem = f"{instrument.id}_"
    if all(name.startswith(stem) and name.removeprefix(stem).isdigit() for name in scale.items):
        return ", ".join(str(int(name.removeprefix(stem))) for name in items)
    return ", ".join(items)


def _time_totals(instrument: Instrument, language: str) -> Iterator[str]:
    for total in instrument.time_totals:
        yield from _wrapped(f"{total.id}: {in_language(total.label, language)}", "  ")


def _cutoffs(instrument: Instrument, language: str) -> Iterator[str]:
    for rule in instrument.cutoffs:
        on = text("scales.show.on", language, low=f"{rule.range[0]:g}", high=f"{rule.range[1]:g}") if rule.range else ""
        yield from _wrapped(f'{rule.scale} = "{rule.id}"', "  ")
        yield from _wrapped(f"{rule.words}{on}", "    ")
        yield from _wrapped(text("scales.show.source", language, source=rule.source, status=rule.status), "    ")
        if rule.note:
            yield from _wrapped(rule.note, "    ")


def _norms(instrument: Instrument, language: str) -> Iterator[str]:
    for norm in instrument.norms:
        named = f' = "{norm.id}"' if norm.id else ""
        yield from _wrapped(f"{norm.scale}{named}: {norm.sample}: {_figures(norm, language)}", "  ")
        yield from _wrapped(text("scales.show.source", language, source=norm.source, status=norm.status), "    ")


def _figures(norm: Norm, language: str) -> str:
    names = ("n", "mean", "sd", "alpha", "retest")
    told = {name: value for name in names if (value := getattr(norm, name)) is not None}
    shown = [text(f"scales.show.figure.{name}", language, value=f"{value:g}") for name, value in told.items()]
    return ", ".join([*shown, *([norm.retest_interval] if norm.retest_interval else [])])


def _facts(instrument: Instrument, language: str) -> Iterator[str]:
    for fact in instrument.facts:
        told = text("scales.show.source", language, source=fact.source, status=fact.status)
        about = text(f"scales.show.about.{fact.about}", language)
        yield from _wrapped(f"{about}: {told}{' ' + fact.note if fact.note else ''}", "  ")
