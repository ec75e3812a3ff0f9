"""Scoring of a plain frame: bfi against psych, every option, every refusal; classes and norms by hand."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.catalogue import load_instrument
from survey_stats.errors import CallError, InputError
from survey_stats.instrument import Instrument
from survey_stats.measures.frame import score_frame
from survey_stats.measures.scoring import standardised
from survey_stats.plan import CutoffChoice, OwnNorm

TRAITS = "ACENO"


@pytest.mark.shared
def test_means_of_bfi_are_those_of_psych(bfi: pd.DataFrame, bfi_key: Any, oracle: Any) -> None:
    expected = oracle("scoring/scoring")
    answered = score_frame(bfi, bfi_key(), minimum_answered=1)
    complete = score_frame(bfi, bfi_key())
    for letter in TRAITS:
        for scored, name in ((answered, "means"), (complete, "means_complete")):
            row = scored.variables.set_index("id").loc[letter.lower()]
            values = scored.measures[letter.lower()]
            found = [row["n"], values.mean(), values.std(), row["observed_minimum"], row["observed_maximum"]]
            np.testing.assert_allclose(found, list(expected[name][letter].values()), rtol=1e-12)
        first = [row[letter] for row in expected["first_means"]]
        np.testing.assert_allclose(answered.measures[letter.lower()].iloc[:40], first, rtol=1e-12)


@pytest.mark.shared
def test_sum_and_pomp_are_linear_in_the_mean(bfi: pd.DataFrame, bfi_key: Any) -> None:
    mean = score_frame(bfi, bfi_key(), method="mean").measures
    pd.testing.assert_frame_equal(score_frame(bfi, bfi_key(), method="sum").measures, mean * 5)
    pd.testing.assert_frame_equal(score_frame(bfi, bfi_key(), method="pomp").measures, (mean - 1) * 20)


def test_a_standardised_mean_puts_unlike_units_on_one_scale(oracle: Any) -> None:
    expected = oracle("scoring/scoring")["standardised"]
    made = pd.DataFrame(expected["data"], dtype="float64")
    np.testing.assert_allclose(standardised(made).mean(axis=1), expected["score"], rtol=1e-12)


def test_facebook_intensity_says_with_which_mean_and_sd_it_was_standardised() -> None:
    random = np.random.default_rng(3)
    data = pd.DataFrame(random.integers(1, 6, (30, 8)), columns=[f"F{n}" for n in range(1, 9)])
    data["F7"] *= 60
    scored = score_frame(data, "facebook_intensity", "F{item}")
    z = (data - data.mean()) / data.std()
    np.testing.assert_allclose(scored.measures["facebook_intensity"], z.mean(axis=1), atol=1e-12)
    row = scored.variables.iloc[0]
    assert f"facebook_intensity_07 {data['F7'].mean():.6g}, {data['F7'].std():.6g}" in row["rule"]
    assert (row["unit"], np.isnan(row["minimum"])) == ("standard deviations", True)


def test_an_item_that_all_answer_alike_is_zero() -> None:
    assert standardised(pd.DataFrame({"a": [2.0, 2.0], "b": [0.0, 2.0]}))["a"].tolist() == [0, 0]


# ---- classes and norms --------------------------------------------------------------------------------------------


def rcbs(*totals: int) -> pd.DataFrame:
    """Respondents with these sums: item 1 and on are raised from the lowest answer until the sum is reached."""
    rows = []
    for total in totals:
        steps, row = total - 13, []
        for number in range(1, 14):
            up = min(4, steps)
            steps -= up
            row.append(5 - up if number in (3, 6, 9, 12) else 1 + up)
        rows.append(row)
    return pd.DataFrame(rows, columns=[f"RCBS_{n}" for n in range(1, 14)])


def test_bands_meet_their_bounds() -> None:
    scored = score_frame(rcbs(13, 33, 34, 49, 50, 65), "rcbs_13", "RCBS_{item}", cutoffs={"rcbs_13": "cheek_1983"})
    assert scored.measures["rcbs_13"].tolist() == [13, 33, 34, 49, 50, 65]
    assert scored.measures["rcbs_13_cheek_1983"].tolist() == [0, 0, 1, 1, 2, 2]
    row = scored.variables.set_index("id").loc["rcbs_13_cheek_1983"]
    assert row["rule"] == (
        "0 = not shy, 1 = somewhat shy, 2 = very shy (not shy; somewhat shy: at least 34; very shy: above 49, on "
        "scores from 13 to 65); research page of J. M. Cheek at Wellesley College, status V"
    )
    assert (row["kind"], row["construct"]) == ("category", "")


@pytest.mark.parametrize("method", ["mean", "pomp"])
def test_bands_hold_however_the_scale_is_scored(method: Any) -> None:
    scored = score_frame(rcbs(33, 34, 49, 50), "rcbs_13", "RCBS_{item}", method=method,
                         cutoffs={"rcbs_13": "cheek_1983"})  # fmt: skip
    assert scored.measures["rcbs_13_cheek_1983"].tolist() == [0, 1, 1, 2]


def test_no_cutoff_and_no_norm_by_itself() -> None:
    assert list(score_frame(rcbs(40), "rcbs_13", "RCBS_{item}").measures) == ["rcbs_13"]


def yes(*counts: int) -> pd.DataFrame:
    return pd.DataFrame([[1] * k + [0] * (9 - k) for k in counts], columns=[f"S{n}" for n in range(1, 10)])


@pytest.mark.parametrize(
    ("rule", "expected"), [("van_den_eijnden_2016", [0, 0, 0, 1, 1]), ("boer_2022", [0, 1, 1, 1, 2])]
)
def test_the_cutoffs_of_smds_differ_at_5_and_6(rule: str, expected: list[int]) -> None:
    scored = score_frame(yes(1, 2, 4, 5, 6), "smds_9", "S1 … S9", cutoffs={"smds_9": rule})
    assert scored.measures[f"smds_9_{rule}"].tolist() == expected


def test_the_three_cutoffs_of_bsmas() -> None:
    data = pd.DataFrame([[3, 3, 3, 3, 1, 1], [5, 5, 5, 2, 2, 2], [4, 4, 4, 4, 4, 4], [2] * 6], columns=list("abcdef"))
    found = {
        rule: score_frame(data, "bsmas", list("abcdef"), cutoffs={"bsmas": rule}).measures[f"bsmas_{rule}"].tolist()
        for rule in ("banyai_2017", "twenty_four", "polythetic")
    }
    assert found == {"banyai_2017": [0, 1, 1, 0], "twenty_four": [0, 0, 1, 0], "polythetic": [1, 0, 1, 0]}


def test_a_polythetic_rule_is_missing_only_while_undecided() -> None:
    data = pd.DataFrame(
        [[3, 3, 3, 3, np.nan, 1], [3, 3, 3, 1, 1, np.nan], [1, 1, 1, 1, 1, np.nan]], columns=list("abcdef")
    )
    found = score_frame(data, "bsmas", list("abcdef"), cutoffs={"bsmas": "polythetic"}).measures["bsmas_polythetic"]
    np.testing.assert_array_equal(found, [1, np.nan, 0])


def test_sas_sv_has_a_bound_for_each_sex() -> None:
    made = load_instrument("sas_sv").model_dump()
    made["responses"]["sex"] = {"kind": "single", "minimum": 1, "maximum": 2}
    made["items"] = [{"id": "sex", "responses": "sex"}]
    own = Instrument.model_validate(made)
    totals = {"m30": (30, 2), "m31": (31, 2), "f32": (32, 1), "f33": (33, 1), "unknown": (40, np.nan)}
    rows = [[*[1 + min(5, max(0, total - 10 - 5 * k)) for k in range(10)], sex] for total, sex in totals.values()]
    data = pd.DataFrame(rows, columns=[*own.scales[0].items, "sex"], index=list(totals))
    choice = CutoffChoice(id="kwon_2013", by="sex", groups={"1": "female", "2": "male"})
    scored = score_frame(data, own, cutoffs={"sas_sv": choice})
    assert scored.measures["sas_sv"].tolist() == [30, 31, 32, 33, 40]
    np.testing.assert_array_equal(scored.measures["sas_sv_kwon_2013"], [0, 1, 0, 1, np.nan])


def test_rosenberg_bands_hold_for_both_codings() -> None:
    """Sums 14, 15, 25 and 26 of 0 to 30; coded 1 to 4 they are 24, 25, 35 and 36."""
    reverse = {2, 5, 6, 8, 9}
    rows = []
    for total in (14, 15, 25, 26):
        ups = [min(3, max(0, total - 3 * k)) for k in range(10)]
        rows.append([3 - up if n in reverse else up for n, up in enumerate(ups, 1)])
    zero = pd.DataFrame(rows, columns=[f"R{n}" for n in range(1, 11)])
    chosen = {"rosenberg_a": "rosenberg_bands"}
    one = score_frame(zero + 1, "rosenberg_a", "R{item}", cutoffs=chosen).measures
    other = score_frame(zero, "rosenberg_a", "R{item}", codes=(0, 3), cutoffs=chosen).measures
    assert one["rosenberg_a"].tolist() == [24, 25, 35, 36]
    assert other["rosenberg_a"].tolist() == [14, 15, 25, 26]
    for found in (one, other):
        assert found["rosenberg_a_rosenberg_bands"].tolist() == [0, 1, 1, 2]


def test_a_norm_without_sd_gives_the_share_above_and_below() -> None:
    scored = score_frame(rcbs(30, 33, 34, 40), "rcbs_13", "RCBS_{item}", norms={"rcbs_13": "students_men"})
    assert list(scored.measures) == ["rcbs_13", "rcbs_13_above_norm"]
    assert scored.measures["rcbs_13_above_norm"].tolist() == [0, 0, 1, 1]
    assert scored.variables.set_index("id").loc["rcbs_13_above_norm", "rule"] == (
        "1 = above the mean 33.3: 50.0 % above, 50.0 % below of 4; norm: college students, men (research page of "
        "J. M. Cheek at Wellesley College, status V)"
    )


def test_a_norm_with_sd_gives_z_and_t() -> None:
    norm = OwnNorm(sample="a sample", mean=30, sd=10, n=50, source="an article")
    scored = score_frame(rcbs(30, 45), "rcbs_13", "RCBS_{item}", norms={"rcbs_13": norm})
    assert scored.measures["rcbs_13_z"].tolist() == [0, 1.5]
    assert scored.measures["rcbs_13_t"].tolist() == [50, 65]
    assert scored.variables.set_index("id").loc["rcbs_13_t", "rule"] == (
        "50 + 10 z; mean 30, standard deviation 10; norm: a sample, n 50 (an article, given in the plan)"
    )


def test_a_norm_on_another_range_is_converted() -> None:
    norm = OwnNorm(sample="item means", mean=2.5, sd=0.5, range=(1, 5), source="an article")
    scored = score_frame(rcbs(39), "rcbs_13", "RCBS_{item}", norms={"rcbs_13": norm})
    np.testing.assert_allclose(scored.measures["rcbs_13_z"], [1.0])  # 39 / 13 = 3


# ---- refusals, each sentence whole --------------------------------------------------------------------------------

GOOD = rcbs(20, 30)
REFUSALS: list[tuple[str, dict[str, Any], pd.DataFrame, type[Exception], str]] = [
    ("range", {}, GOOD.assign(RCBS_3=[7, 9]), InputError,
     ("score_frame: column 'RCBS_3' (rcbs_13_03): found 7 in row 0 and 1 more of the kind. Allowed: 1, 2, 3, 4, 5. Set "
     "codes that mean no answer to missing; if the data count from another lowest code, say so with "
     "codes=(lowest, highest).")),
    ("between codes", {}, GOOD.assign(RCBS_3=[2.5, 1]), InputError,
     ("score_frame: column 'RCBS_3' (rcbs_13_03): found 2.5 in row 0. Allowed: 1, 2, 3, 4, 5. Set codes that mean no "
     "answer to missing; if the data count from another lowest code, say so with codes=(lowest, highest).")),
    ("text", {}, GOOD.assign(RCBS_3=["often", "never"]), InputError,
     ("score_frame: column 'RCBS_3' (rcbs_13_03) holds text, for example 'often'. Give the answers as codes; "
     "read_survey reads the labels of an export.")),
    ("no columns", {"columns": None}, GOOD, CallError,
     ("score_frame: the data have none of the columns rcbs_13_01 … rcbs_13_13. Say which columns hold the items, for "
     'example columns="RCBS_13_{item}".')),
    ("absent", {"columns": "Q{item}"}, GOOD, CallError,
     "score_frame: the data have no column 'Q1'. They have: RCBS_1, RCBS_2, RCBS_3, RCBS_4, RCBS_5 …."),
    ("count", {"columns": "RCBS_1 … RCBS_12"}, GOOD, CallError,
     ("score_frame: rcbs_13: found 12 columns, but rcbs_13 has 13 items. Name one column for each item, in the order "
     "of the key.")),
    ("one column", {"columns": ["RCBS_1"] * 13}, GOOD, CallError,
     "score_frame: rcbs_13: the column 'RCBS_1' stands twice. Each item has a column of its own."),
    ("method", {"method": "median"}, GOOD, CallError,
     "score_frame: method: found 'median'. Allowed: mean, sum, pomp."),
    ("minimum", {"minimum_answered": 14}, GOOD, CallError,
     "score_frame: minimum_answered: found 14; rcbs_13 has 13 items. Allowed: 1 to 13."),
    ("codes", {"codes": (0, 3)}, GOOD, CallError,
     ("codes: rcbs_13 has 5 answers, coded 1 to 5; found [0, 3]. Give the lowest and the highest code of as many "
     "answers.")),
    ("cutoff", {"cutoffs": {"rcbs_13": "cheek"}}, GOOD, CallError,
     "plan: cutoffs: rcbs_13 has no 'cheek'. Allowed: cheek_1983."),
    ("cutoff scale", {"cutoffs": {"rcbs": "cheek_1983"}}, GOOD, CallError,
     "plan: cutoffs: there is no scale 'rcbs' among the instruments in use. Allowed: rcbs_13."),
    ("norm", {"norms": {"rcbs_13": "everyone"}}, GOOD, CallError,
     "plan: norms: rcbs_13 has no 'everyone'. Allowed: students_men, students_women."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "data", "error", "sentence"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_refusals(options: dict[str, Any], data: pd.DataFrame, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        score_frame(data, "rcbs_13", **({"columns": "RCBS_{item}"} | options))


def test_sas_sv_without_groups_is_refused() -> None:
    data = pd.DataFrame(np.ones((2, 10)), columns=[f"A{n}" for n in range(1, 11)])
    sentence = (
        "plan: cutoffs: sas_sv: kwon_2013 has bounds of its own for male, female. Say which item tells them and what "
        'its codes mean: sas_sv = { id = "kwon_2013", by = "gender", groups = { "1" = "…" } }, where the groups are '
        "male, female."
    )
    with pytest.raises(CallError, match=f"^{re.escape(sentence)}$"):
        score_frame(data, "sas_sv", "A{item}", cutoffs={"sas_sv": "kwon_2013"})


def test_an_empty_scale_is_missing_and_the_data_stay_as_they_are() -> None:
    data = rcbs(20, 30).astype("float64")
    data.iloc[1] = np.nan
    before = data.copy()
    scored = score_frame(data, "rcbs_13", "RCBS_{item}", minimum_answered=1)
    np.testing.assert_array_equal(scored.measures["rcbs_13"], [20, np.nan])
    pd.testing.assert_frame_equal(data, before)
    assert scored.variables.loc[0, ["observed_minimum", "observed_maximum", "n"]].tolist() == [20, 20, 1]
