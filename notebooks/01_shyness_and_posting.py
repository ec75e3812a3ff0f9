# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Shyness and posting: from an Excel export to a result
#
# The field's claim (Appel and Gnambs, 2019): shy people use social media less actively (they post less) and have fewer
# contacts there. This notebook walks the whole way on one export: read it, look at what was a problem, score it,
# correlate, and set the result beside the published one.
#
# **The answers here are simulated**, as messy as a real export. With your own file, change one line.

# %%
import survey_stats as ss
from survey_stats.fielding.demo import write_demo_export

write_demo_export("export.xlsx", n=300, seed=1)

# %% [markdown]
# ## Read
#
# The survey tool is recognised from the file. Columns are matched to the items of instruments by their question text or
# code, answers are coded, scales are scored. Personal data are left out first.

# %%
study = ss.read_survey("export.xlsx")
study

# %% [markdown]
# ## What was a problem
#
# No answer is changed in silence. Every cell that could not be used as it stands is listed with its place, the rule and
# what was done.

# %%
study.problems.head(10)

# %%
study.problems.groupby(["rule", "action"]).size().rename("cells").to_frame()

# %% [markdown]
# Columns with personal data were left out before anything else looked at them:

# %%
dict(study.provenance.left_out)

# %% [markdown]
# ## Measures

# %%
study.measures.describe().T[["count", "mean", "std", "min", "max"]].round(2)

# %% [markdown]
# Is the shyness scale reliable here? Reversed items have been turned round already; alpha comes with a
# distribution-free interval.

# %%
from survey_stats.measures.scoring import scale_items

shyness = ss.reliability(scale_items(study, "shyness"))
shyness

# %% [markdown]
# The items as they are scored: shyness_02, 05, 07 and 10 are turned round here.

# %%
shyness.items.drop(columns="reversed")

# %% [markdown]
# ## Shyness, posting and contacts
#
# One row a pair. Contacts are counts and skewed, so Spearman stands beside Pearson.

# %%
ss.correlate(study.measures, x="shyness", y=["active_use", "contacts"], method=["pearson", "spearman"])

# %% [markdown]
# ## The whole analysis, beside the published values

# %%
section = ss.analyze(study, "shyness_posting")[0]
section

# %% [markdown]
# ## The report
#
# One page to read, one table with every number, and a manifest of what was used.

# %%
written = ss.report(study, "report")
[file.name for file in written.files]
