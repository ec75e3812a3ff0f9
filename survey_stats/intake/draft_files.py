"""The text of a drafted study: instrument and plan as TOML with comments, and the list of what is uncertain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.instrument import AnswerFormat, MissingCode, Option
from survey_stats.intake.draft_questions import Block, DraftItem
from survey_stats.messages import Message, text

WIDTH = 116
PLAIN_KEYS = ("unit", "per", "open_option")


def instrument_toml(instrument_id: str, blocks: Sequence[Block], *, source: str, language: str) -> str:
    """The instrument file.

    Args:
        instrument_id: Its id.
        blocks: The questions.
        source: Name of the export.
        language: Language of texts and labels.
    """
    document = tomlkit.document()
    _comment(document, Message("draft.instrument_header", {"source": source}))
    document.add("id", tomlkit.item(instrument_id))
    document.add("version", tomlkit.item("0.1"))
    document.add("kind", tomlkit.item("original"))
    document.add("title", _words({language: text("draft.title", source=source)}))
    formats = Formats(blocks)
    document.add("responses", _responses(formats))
    groups = tomlkit.aot()
    items = tomlkit.aot()
    for block in blocks:
        if block.id:
            groups.append(_group(block, formats.of(block), language))
        else:
            items.append(_item(block.items[0], language, formats.of(block), block.proposal.doubts))
    for name, tables in (("groups", groups), ("items", items)):
        if tables:
            document.add(name, tables)
    document.add("source", _source(source))
    return tomlkit.dumps(document) + _suggested_scales(blocks, language)


def plan_toml(
    instrument_id: str,
    blocks: Sequence[Block],
    *,
    title: str,
    file: str,
    sheet: str | None,
    scales: Sequence[Message] = (),
) -> str:
    """The plan: data, instrument, and which column answers which item.

    Args:
        instrument_id: Id of the drafted instrument.
        blocks: The questions.
        title: Title of the report.
        file: The export, as a path from the plan's folder.
        sheet: Its sheet, for a workbook with several.
        scales: Published scales that runs of columns look like, told as comments.
    """
    document = tomlkit.document()
    _comment(document, Message("draft.plan_header"))
    document.add("title", tomlkit.item(title))
    document.add("instruments", tomlkit.item([instrument_id]))
    data = tomlkit.table()
    data.add("file", file)
    if sheet is not None:
        data.add("sheet", sheet)
    document.add("data", data)
    columns = tomlkit.table()
    for scale in scales:
        _comment(columns, scale)
    for name, column in columns_of(blocks).items():
        columns.add(name, column)
    document.add("columns", columns)
    return tomlkit.dumps(document)


def columns_of(blocks: Iterable[Block]) -> dict[str, str]:
    """The plan's map: item, or `item.option`, → column."""
    return {name: column for block in blocks for item in block.items for name, column in item.columns.items()}


def with_file(plan: str, file: str) -> str:
    """A plan with another path to the export; comments and order stay."""
    document = tomlkit.parse(plan)
    document["data"]["file"] = file
    return tomlkit.dumps(document)


def uncertain_markdown(rows: Iterable[tuple[str, str, Message]], source: str) -> str:
    """What the draft is unsure of, a heading a column.

    Args:
        rows: Column (empty: the whole export), item and message.
        source: Name of the export.
    """
    lines = [f"# {text('draft.uncertain_title', source=source)}", "", text("draft.uncertain_intro")]
    heading = ""
    for column, item, message in rows:
        title = f"`{_one_line(column)}`" + (f" ({item})" if item else "") if column else ""
        if title != heading:
            lines += ["", f"## {title}" if title else ""]
            heading = title
        lines.append(f"- {message}")
    return "\n".join(lines).strip() + "\n"


# ---- parts of the instrument ----------------------------------------------------------------------------------------


class Formats:
    """The answer formats of a draft, equal ones once, each under an id."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._ids: dict[str, str] = {}
        self.by_id: dict[str, AnswerFormat] = {}
        for block in blocks:
            key = block.proposal.form.model_dump_json()
            if key not in self._ids:
                self._ids[key] = name = self._unused(block.proposal.name or f"{block.id or block.items[0].id}_answers")
                self.by_id[name] = block.proposal.form

    def of(self, block: Block) -> str:
        """Id of a block's format."""
        return self._ids[block.proposal.form.model_dump_json()]

    def _unused(self, name: str) -> str:
        number, unique = 1, name
        while unique in self.by_id:
            number += 1
            unique = f"{name}_{number}"
        return unique


def _responses(formats: Formats) -> Table:
    table = tomlkit.table(is_super_table=True)
    for name, form in formats.by_id.items():
        table.add(name, _format(form))
    return table


def _format(form: AnswerFormat) -> Table:
    table = tomlkit.table()
    table.add("kind", form.kind)
    bounds = _bounds(form)
    if bounds is not None:
        table.add("minimum", bounds[0])
        table.add("maximum", bounds[1])
    elif form.options:
        table.add("options", _options(form.options))
    if form.missing:
        table.add("missing", _options(form.missing))
    if form.kind == "number" and form.integer:
        table.add("integer", True)  # noqa: FBT003 - a value of the file
    for key in PLAIN_KEYS:
        if getattr(form, key) is not None:
            table.add(key, getattr(form, key))
    if form.kind == "duration" and form.unit is None:
        _comment(table, Message("draft.unit_to_fill_in"))
    return table


def _bounds(form: AnswerFormat) -> tuple[int, int] | None:
    """Lowest and highest code of a choice without labels."""
    codes = [option.code for option in form.options]
    if form.kind != "single" or any(option.label for option in form.options) or not codes:
        return None
    whole = [code for code in codes if isinstance(code, int)]
    return (whole[0], whole[-1]) if len(whole) == len(codes) > 1 else None


def _options(options: Iterable[Option]) -> Array:
    array = tomlkit.array()
    for option in options:
        table = tomlkit.inline_table()
        table.add("code", option.code)
        if option.label:
            table.add("label", _words(option.label))
        if option.aliases:
            table.add("aliases", list(option.aliases))
        if isinstance(option, MissingCode):
            table.add("reason", option.reason)
        array.append(table)
    return array.multiline(multiline=True)


def _words(words: Mapping[str, str]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(words)
    return table


def _group(block: Block, responses: str, language: str) -> Table:
    table = tomlkit.table()
    _doubts(table, block.proposal.doubts)
    table.add("id", block.id)
    if block.stem:
        table.add("stem", _words({language: block.stem}))
    table.add("responses", responses)
    entries: AoT = tomlkit.aot()
    for item in block.items:
        entries.append(_item(item, language))
    table.add("items", entries)
    return table


def _item(item: DraftItem, language: str, responses: str | None = None, doubts: Sequence[Message] = ()) -> Table:
    table = tomlkit.table()
    _doubts(table, (*doubts, *item.doubts))
    table.add("id", item.id)
    if item.text.strip():
        table.add("text", _words({language: item.text}))
    if responses is not None:
        table.add("responses", responses)
    if item.construct is not None:
        table.add("construct", item.construct)
    return table


def _source(source: str) -> Table:
    table = tomlkit.table()
    _comment(table, Message("draft.source_comment"))
    table.add("citation", text("draft.citation", source=source))
    table.add("licence", text("draft.licence"))
    return table


# ---- comments -------------------------------------------------------------------------------------------------------


def _doubts(table: Table, doubts: Iterable[Message]) -> None:
    for doubt in doubts:
        _comment(table, doubt)


def _comment(container: Any, message: Message) -> None:
    for line in _lines(str(message)):
        container.add(tomlkit.comment(line))


def _lines(words: str) -> Iterator[str]:
    """Lines of a comment; an answer's label within it may hold line breaks or be long."""
    line = ""
    for word in words.split():
        if line and len(line) + len(word) > WIDTH:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    if line:
        yield line


def _one_line(words: str) -> str:
    return " ".join(words.split())


def constructs_toml(language: str) -> str:
    """The file of the study's own constructs, empty but for what there is already and how one is added."""
    known = "; ".join(
        f"{one.id} ({in_language(one.label, language) or one.id})" for one in bundled().constructs.constructs
    )
    example = f"""[[constructs]]
id = "my_construct"
label = {{{language} = "…"}}
definition = {{{language} = "What it is, in one sentence."}}"""
    words = [*_lines(text("draft.constructs_known", known=known)), "", *_lines(text("draft.constructs_own")), ""]
    return "".join(f"# {line}".rstrip() + "\n" for line in [*words, *example.splitlines()])


def _suggested_scales(blocks: Iterable[Block], language: str) -> str:
    """For every matrix with ordered options a scale to fill in, as a comment: what it measures is not in the export."""
    suggestions = [
        _suggested_scale(block, language)
        for block in blocks
        if block.id and block.proposal.ordered and len(block.proposal.form.options) > 2
    ]
    if not suggestions:
        return ""
    header = "\n".join(f"# {line}" for line in _lines(text("draft.scales_header")))
    return "\n" + "\n\n".join([header, *suggestions]) + "\n"


def _suggested_scale(block: Block, language: str) -> str:
    name = block.id.removesuffix("_matrix")
    scales: AoT = tomlkit.aot()
    table = tomlkit.table()
    table.add("id", f"{name}_score")
    table.add("construct", "")
    table.add("label", _words({language: ""}))
    table.add("items", [item.id for item in block.items])
    table.add("reverse", [])
    table.add("score", "mean")
    scales.append(table)
    document = tomlkit.document()
    document.add("scales", scales)
    return "\n".join(f"# {line}" for line in tomlkit.dumps(document).strip().splitlines())
