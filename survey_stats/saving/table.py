"""The table that goes into a file: variables with the names and limits of the file's program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from survey_stats.messages import text
from survey_stats.saving.frames import Variable, reason_variable
from survey_stats.saving.names import FREE, NameRules, valid_names
from survey_stats.study import Provenance


@dataclass(frozen=True, eq=False, slots=True)
class SavedTable:
    """What goes into a file.

    Attributes:
        variables: The columns in their order.
        names: The name of each in the file.
        provenance: Where the data come from.
    """

    variables: tuple[Variable, ...]
    names: tuple[str, ...]
    provenance: Provenance

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.variables[0].data)

    @property
    def pairs(self) -> Iterable[tuple[str, Variable]]:
        """Name in the file and variable."""
        return zip(self.names, self.variables, strict=True)

    def frame(self) -> pd.DataFrame:
        """The values as they are, whole numbers as `Int64`, text without missing codes."""
        columns = {name: one.data.astype("Int64") if one.whole else one.data for name, one in self.pairs}
        return pd.DataFrame(columns).reset_index(drop=True)


def saved_table(
    variables: Sequence[Variable],
    provenance: Provenance,
    *,
    names: NameRules = FREE,
    holds_reasons: Callable[[Variable], bool] = lambda _: False,
) -> SavedTable:
    """The variables with valid names; where a value cannot hold why it is missing, a variable beside it does.

    Args:
        variables: What is saved.
        provenance: Where it comes from.
        names: What the program accepts as a name.
        holds_reasons: Whether the file can keep the reasons of a variable in its values.
    """
    columns: list[Variable] = []
    told: dict[str, Variable] = {}
    for variable in variables:
        if not variable.coded_reasons or holds_reasons(variable):
            columns.append(variable)
            continue
        beside = _reasons_beside(variable, told, provenance.language)
        columns.append(replace(variable, reasons_in=beside.id))
        if beside.id not in told:
            columns.append(beside)
            told[beside.id] = beside
    return SavedTable(tuple(columns), tuple(valid_names([one.id for one in columns], names)), provenance)


def _reasons_beside(variable: Variable, told: Mapping[str, Variable], language: str) -> Variable:
    """The variable that tells the reasons; the options of a multiple choice share one as far as theirs are equal."""
    shared = reason_variable(variable, variable.id.partition(".")[0], language)
    known = told.get(shared.id)
    if known is None or known.data.equals(shared.data):
        return shared
    return reason_variable(variable, variable.id, language)


def file_label(table: SavedTable) -> str:
    """The source of the data, and first of all whether they are simulated."""
    key = "saving.file_simulated" if table.provenance.simulated else "saving.file"
    return text(key, table.provenance.language, source=table.provenance.source)
