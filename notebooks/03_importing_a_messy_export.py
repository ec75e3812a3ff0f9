# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Importing a messy export
#
# What people type, what tools export, and what becomes of it: no answer is changed in silence.
#
# **The answers here are simulated**, as messy as real ones.

# %%
import survey_stats as ss
from survey_stats.fielding.demo import write_demo_export

write_demo_export("export.xlsx", n=200, seed=7)
study = ss.read_survey("export.xlsx")
study

# %% [markdown]
# ## What was recognised
#
# The survey tool is told by the file itself, columns are matched by code or wording, and columns with personal data are
# left out before anything looks at them: their names are known, their content is not.

# %%
study.provenance.tool, study.provenance.header_rows, dict(study.provenance.left_out)

# %%
study.provenance.columns.head(8)

# %% [markdown]
# ## Every cell is accounted for
#
# Of the columns that answer an item, each cell is kept, missing with a reason, or failed by a rule.

# %%
columns = study.provenance.columns
columns.loc[columns["item"] != "", ["cells", "kept", "missing", "failed"]].sum()

# %%
study.missing.stack().value_counts()

# %%
study.problems.groupby(["rule", "action", "state"]).size().rename("cells").to_frame()

# %% [markdown]
# The cells themselves, with row and column, so that a person can look them up:

# %%
study.problems[["row", "column", "cell", "rule", "action"]].head(8)

# %% [markdown]
# ## Durations
#
# A duration is an interval of minutes with a status. A range stays a range; what could be hours or minutes is not
# guessed.

# %%
for cell in ("2h", "1:30", "1,5 Std.", "ca. 3 Stunden", "2-3 hours", "More than 5 hours", "halvannen time", "डेढ़ घंटा",
             "۲ ساعت و ۳۰ دقیقه", "90", "a lot"):  # fmt: skip
    told = ss.parse_duration(cell)
    print(f"{cell!r:24} {told.lower} to {told.upper} minutes, {told.status}")

# %% [markdown]
# A bare number needs the unit that the question asked for:

# %%
ss.parse_duration("90", unit="minutes").minutes, ss.parse_duration("1,5", unit="hours").minutes

# %% [markdown]
# ## Refusing
#
# With `strict=True` the first answer that cannot be used stops the reading, in a sentence.

# %%
try:
    ss.read_survey("export.xlsx", strict=True)
except ss.InputError as error:
    print(error)
