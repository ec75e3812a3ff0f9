"""The direction of imports, the public names, and the speed of `import survey_stats`."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import survey_stats

PACKAGE = Path(survey_stats.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py"))

# Who may be imported by whom: a module imports only from its own layer or from layers below it.
LAYERS = (
    ("errors", "messages", "results"),
    ("statistics",),
    ("content", "hypotheses", "taxonomy", "key_facts", "instrument", "adapting", "catalogue", "quality_rules"),
    ("study",),
    ("plan", "freezing", "intake"),
    ("measures", "time_use", "literature"),
    ("reading", "analysis", "simulation", "fielding"),
    ("analyses",),
    ("reporting", "saving"),
    ("cli_instruments", "cli_study", "starting"),
    ("cli", "__main__"),
)
LAYER = {name: height for height, names in enumerate(LAYERS) for name in names}
# `_repr_html_` of a section asks the layer above, when a notebook asks for it.
UPWARDS = {("analysis", "reporting")}


def imports(module: Path) -> set[str]:
    """First components below the package of everything a module imports, `if TYPE_CHECKING` left out."""
    tree = ast.parse((PACKAGE / module).with_suffix(".py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("survey_stats.")}
    return found & set(LAYER)


@pytest.mark.parametrize("module", [m for m in MODULES if str(m) != "__init__"], ids=str)
def test_imports_point_one_way(module: Path) -> None:
    own = module.parts[0]
    assert own in LAYER, f"say in LAYERS where {own} belongs"
    for other in imports(module):
        assert LAYER[other] <= LAYER[own] or (own, other) in UPWARDS, f"{module} must not import {other}"


def test_there_are_no_circles_between_modules_of_a_layer() -> None:
    graph = {own: set() for own in LAYER}
    for module in MODULES:
        if str(module) != "__init__":
            graph[module.parts[0]] |= {
                other for other in imports(module) - {module.parts[0]} if (module.parts[0], other) not in UPWARDS
            }
    done: set[str] = set()
    while remaining := [name for name in graph if name not in done]:
        free = [name for name in remaining if graph[name] <= done]
        assert free, f"circle among {remaining}"
        done |= set(free)


def test_public_names_are_the_same_everywhere() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name: (node.module or "").removeprefix("survey_stats.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == survey_stats._HOME
    assert sorted(typed) == survey_stats.__all__
    assert len(typed) <= 25
    for name in survey_stats.__all__:
        assert getattr(survey_stats, name) is getattr(survey_stats, name)
        assert not (PACKAGE / f"{name}.py").exists(), f"{name} is both a public name and a module"
        assert not (PACKAGE / name).is_dir(), f"{name} is both a public name and a package"
    with pytest.raises(AttributeError, match="module 'survey_stats' has no attribute 'correlation'"):
        survey_stats.correlation  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    code = """
        import sys
        import survey_stats
        print(sorted({"pandas", "numpy", "scipy", "matplotlib", "pydantic", "pingouin"} & set(sys.modules)))
    """
    shown = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
