# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own study: plan, freeze, report
#
# A study is a folder with a plan. What is expected is written down first; the report then keeps confirmatory and
# exploratory results apart.
#
# **The answers here are simulated.** `survey-stats init mystudy` and `survey-stats plan freeze mystudy` do the same on
# the command line.

# %%
from pathlib import Path

import survey_stats as ss
from survey_stats.fielding.demo import write_demo_export
from survey_stats.freezing import freeze, frozen
from survey_stats.starting import start_study

folder = Path("mystudy")
start_study(folder)
sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

# %% [markdown]
# ## The plan
#
# The template explains each section. Two hypotheses, one with a smallest effect of interest:

# %%
plan = folder / "plan.toml"
plan.write_text(
    plan.read_text(encoding="utf-8")
    + """
[[hypotheses]]
id = "h1"
x = "shyness"
y = "active_use"
direction = "negative"
smallest_effect = 0.10
statement = "The shyer a person, the less often they post."

[[hypotheses]]
id = "h2"
x = "shyness"
y = "contacts"
direction = "negative"
method = "spearman"
statement = "The shyer a person, the fewer contacts they have."

[exclusions]
flags = ["attention_check_failed"]
""",
    encoding="utf-8",
)
freeze(folder)
frozen(folder).with_data

# %% [markdown]
# ## The data come in

# %%
write_demo_export(folder / "export.xlsx", n=300, seed=1)
study = ss.read_survey(folder)
study

# %% [markdown]
# ## What came of the hypotheses
#
# One method decides for each; p is adjusted over the planned tests; a verdict about the smallest effect rests on the
# 90 % interval. Everything is shown with and without those whom the plan excludes.

# %%
ss.analyze(study, "planned_hypotheses")[0]

# %% [markdown]
# ## What changed since
#
# A plan may change; the report says what did, and results of a hypothesis that was changed are exploratory.

# %%
plan.write_text(plan.read_text(encoding="utf-8").replace("smallest_effect = 0.10", "smallest_effect = 0.05"), "utf-8")
frozen(folder).changed

# %% [markdown]
# ## The report

# %%
written = ss.report(ss.read_survey(folder), "report", to=("html", "docx", "xlsx"))
[file.name for file in written.files]

# %% [markdown]
# A finished report can be read back: each number is looked up in `results.csv`, each p recomputed from its test.

# %%
from survey_stats.reporting.self_check import self_check

self_check("report")
