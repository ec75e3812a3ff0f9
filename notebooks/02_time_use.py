# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Time use: who spends how long on what
#
# Nielsen's claim: internet users spend more time on social media than on any other kind of site. This notebook asks it
# of a questionnaire, and then shows what a log of visits can tell that a questionnaire cannot.
#
# **The answers and the visits here are simulated.**

# %%
import pandas as pd

import survey_stats as ss
from survey_stats.fielding.demo import write_demo_export

write_demo_export("export.xlsx", n=300, seed=1)
study = ss.read_survey("export.xlsx")
study.records.head()

# %% [markdown]
# ## Zero is a finding, blank is not
#
# A record is a person, a medium and the minutes of a habitual day. Who said "not used" or answered 0 has 0 minutes; who
# left the question blank has no record, and does not count for that medium. Both are counted below.

# %%
figures = ss.audience(study.records)
figures.table.query("quantity == 'reach'")[["entry", "estimate", "ci_lower", "ci_upper", "n", "n_zero", "n_missing"]]

# %% [markdown]
# Time per person is reach times time per user: three figures, two pieces of information.

# %%
wide = figures.table.pivot_table(index="entry", columns="quantity", values="estimate", observed=True)
wide[["reach", "time_per_user", "time_per_capita", "share_of_time"]].round(3)

# %% [markdown]
# ## The claim
#
# It holds only if social media exceed *every* other kind of site, so the largest p of the comparisons decides. Which
# sites are one kind decides who wins; the claim is repeated under other divisions.

# %%
ss.analyze(study, "nielsen_time_use")[0]

# %% [markdown]
# ## A log of visits
#
# A visit says when a page was opened, seldom when it was left. Nobody knows how long the last page of an evening was
# looked at: that time is unknown and counted as such, not guessed.

# %%
visits = pd.DataFrame(
    {
        "person": [1, 1, 1, 1, 2, 2],
        "medium": ["facebook", "facebook", "news", "facebook", "facebook", "facebook"],
        "start": pd.to_datetime(
            [
                "2024-05-01 08:00", "2024-05-01 08:03", "2024-05-01 08:05", "2024-05-01 21:00",
                "2024-05-01 23:58", "2024-05-02 00:01",
            ]
        ),
    }
)  # fmt: skip
found = ss.sessions(visits, gap="30min", cap="5min")
found.table
