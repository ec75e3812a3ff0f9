"""Finds instruments, constructs, media, analyses and findings: the only file that knows where they lie."""

from __future__ import annotations

import difflib
import re
from functools import cache, cached_property
from pathlib import Path

from survey_stats.content import read_toml
from survey_stats.errors import CallError, InputError, InstrumentError
from survey_stats.instrument import Instrument, read_instrument
from survey_stats.messages import catalogue
from survey_stats.taxonomy import Constructs, Taxonomy

_PACKAGE = Path(__file__).parent
_NOT_INSTRUMENTS = {"constructs", "media"}


def _bundled(name: str, in_wheel: Path) -> Path:
    """In a wheel the root folders travel inside the package; in a checkout they lie beside it."""
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / name


class Catalogue:
    """The content files in reach: those of a study's folder first, then the bundled ones.

    Args:
        study_folder: Folder of a study with its own `instruments/` and `analyses/`, or none.
    """

    def __init__(self, study_folder: Path | None = None) -> None:
        self.study_folder = study_folder

    @cached_property
    def instrument_folders(self) -> tuple[Path, ...]:
        """Folders with instrument files, a study's own first."""
        own = () if self.study_folder is None else (self.study_folder / "instruments",)
        return (*(folder for folder in own if folder.is_dir()), bundled_instruments())

    @cached_property
    def constructs(self) -> Constructs:
        """All constructs; a study's own file adds to the bundled one."""
        if self.study_folder is None:
            return read_toml(bundled_instruments() / "constructs.toml", Constructs)
        own = self._own_file("constructs.toml")
        if own is None:
            return bundled().constructs
        merged = bundled().constructs.by_id | read_toml(own, Constructs).by_id
        return Constructs(constructs=tuple(merged.values()))

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy of media; a study's own `media.toml` replaces the bundled one as a whole."""
        if self.study_folder is None:
            return read_toml(bundled_instruments() / "media.toml", Taxonomy)
        own = self._own_file("media.toml")
        return bundled().taxonomy if own is None else read_toml(own, Taxonomy)

    def _own_file(self, name: str) -> Path | None:
        found = None if self.study_folder is None else self.study_folder / "instruments" / name
        return found if found is not None and found.is_file() else None

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """All instruments by id.

        Raises:
            InstrumentError: A file is faulty, names an unknown construct, or has the id of a bundled instrument
                without saying `replaces = true`.
        """
        found: dict[str, Instrument] = {}
        folders = self.instrument_folders
        if self.study_folder is not None and self._own_file("media.toml") is None:
            # Without media of its own a study has the bundled instruments as they are; to read them takes long.
            found, folders = dict(bundled().instruments), folders[:-1]
        for folder in reversed(folders):
            for path in sorted(folder.glob("*.toml")):
                if path.stem in _NOT_INSTRUMENTS:
                    continue
                instrument = self.read(path)
                if instrument.id in found and not instrument.replaces:
                    raise InstrumentError(
                        f"{path.name}: id: found {instrument.id!r}, which is the id of a bundled instrument. "
                        "Choose another id, or write `replaces = true` to use this file instead."
                    )
                found[instrument.id] = instrument
        return found

    @cached_property
    def self_matching(self) -> dict[str, Instrument]:
        """Instruments that take columns without being named: all but the bundled published scales.

        `BFI_1` may belong to several inventories, so a bundled published scale is suggested, never taken.
        """
        theirs = {one.sha256 for one in bundled().instruments.values() if one.kind == "published"}
        return {name: one for name, one in self.instruments.items() if one.sha256 not in theirs}

    def read(self, path: Path) -> Instrument:
        """Read one instrument file and check its constructs against the catalogue."""
        instrument = read_instrument(path, self.taxonomy)
        named = [measure.construct_id for measure in instrument.measures]
        named += [item.construct for item in instrument.all_items if item.construct]
        for construct in named:
            if construct not in self.constructs.by_id:
                raise InstrumentError(
                    f"{path.name}: construct: found {construct!r}, which constructs.toml does not have. "
                    f"{_nearest(construct, self.constructs.by_id)} A construct of your own is defined in the study's "
                    "instruments/constructs.toml: [[constructs]] with id, label and definition."
                )
        return instrument

    def load_instrument(self, id_or_path: str | Path) -> Instrument:
        """An instrument by its id, or from a file, which is looked for in the study's folder first.

        Raises:
            CallError: No instrument has this id and there is no such file.
            InstrumentError: The file is faulty.
        """
        path = Path(id_or_path)
        if path.suffix == ".toml":
            own = path if self.study_folder is None else self.study_folder / path
            return self.read(own if own.is_file() else path)
        if str(id_or_path) not in self.instruments:
            raise CallError(
                f"There is no instrument {str(id_or_path)!r}. {_nearest(str(id_or_path), self.instruments)} "
                "`survey-stats instruments` lists them; a path to a .toml file works too."
            )
        return self.instruments[str(id_or_path)]

    @cached_property
    def analysis_files(self) -> dict[str, Path]:
        """Bundled analyses by id (file stem)."""
        return _python_files(bundled_analyses())

    @cached_property
    def own_analysis_files(self) -> dict[str, Path]:
        """Analyses in the study's folder by id; they run only if the plan lists them.

        Raises:
            InputError: One has the id of a bundled analysis, or of a section that reports have of themselves.
        """
        if self.study_folder is None:
            return {}
        own = _python_files(self.study_folder / "analyses")
        taken = next((name for name in own if name in bundled().analysis_files), None)
        if taken is not None:
            raise InputError(
                f"analyses/{taken}.py has the id of a bundled analysis. Give the file another name: a report must not "
                "show an analysis of your own under a name that others know."
            )
        section = next((name for name in own if name in _report_sections()), None)
        if section is not None:
            raise InputError(
                f"analyses/{section}.py has the id of a section that reports have of themselves. Give the file another "
                "name: in results.csv the two could not be told apart."
            )
        return own

    @cached_property
    def finding_files(self) -> tuple[Path, ...]:
        """Files of published findings, a study's own first."""
        own = () if self.study_folder is None else (self.study_folder / "analyses" / "published",)
        folders = (*own, bundled_analyses() / "published")
        return tuple(path for folder in folders for path in sorted(folder.glob("*.toml")))

    @cached_property
    def audience_files(self) -> tuple[Path, ...]:
        """Files of published audience tables."""
        return tuple(sorted((bundled_analyses() / "published" / "audience").glob("*.toml")))


def _report_sections() -> set[str]:
    """Ids of the sections that a report makes itself; each has a title."""
    titles = (re.fullmatch(r"reporting\.(\w+)\.title", key) for key in catalogue())
    return {"report", *(title[1] for title in titles if title)}


def _python_files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.py")) if path.stem != "__init__"}


def _nearest(name: str, known: object) -> str:
    names = list(known)  # type: ignore[call-overload]
    close = difflib.get_close_matches(name, names, n=3)
    return f"Nearest: {', '.join(close)}." if close else f"Allowed: {', '.join(sorted(names))}."


def bundled_instruments() -> Path:
    """Folder of the bundled instruments."""
    return _bundled("instruments", _PACKAGE / "_content" / "instruments")


def bundled_analyses() -> Path:
    """Folder of the bundled analyses."""
    in_wheel = _PACKAGE / "analyses"
    return _bundled("analyses", in_wheel) if (in_wheel / "published").is_dir() else _PACKAGE.parent / "analyses"


@cache
def bundled() -> Catalogue:
    """The catalogue of the bundled content, read once."""
    return Catalogue()


def load_instrument(id_or_path: str | Path) -> Instrument:
    """Load a questionnaire module by its id, or from a TOML file.

    Args:
        id_or_path: Id of a bundled instrument (`shyness`), or a path that ends in `.toml`.

    Raises:
        CallError: There is no such instrument.
        InstrumentError: The file is faulty; the message names file, key, value and rule.

    >>> load_instrument("shyness").scales[0].construct_id
    'shyness'
    """
    return bundled().load_instrument(id_or_path)
