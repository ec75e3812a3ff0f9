"""Families and standard errors of `regress` against R (tests/oracles/regression/families.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression import regress

RIGHT = "shyness + age + country"


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("regression/families")


@pytest.fixture
def data(expected):
    return pd.DataFrame(expected["data"])


def close(found, wanted, tolerance=1e-8):
    np.testing.assert_allclose(np.asarray(found, dtype=float), wanted, rtol=tolerance)


OF_ROWS = {
    "linear": ("score", {}, ("model", "HC0", "HC1", "HC3")),
    "logit": ("active", {"family": "binomial"}, ("model", "HC0", "HC1", "HC3")),
    "poisson": ("visits", {"family": "poisson", "exposure": "hours"}, ("model", "HC0", "HC1", "HC3")),
}


@pytest.mark.parametrize("name", OF_ROWS)
def test_standard_errors_of_rows_equal_sandwich(name, data, expected):
    outcome, options, errors = OF_ROWS[name]
    for each in errors:
        table = regress(f"{outcome} ~ {RIGHT}", data, standard_errors=each, **options).table
        close(table["estimate"], expected[name]["estimate"])
        close(table["standard_error"], expected["rows"][name][each])


def test_poisson_counts_have_hc3_and_rate_ratios(data, expected):
    result = regress(f"visits ~ {RIGHT}", data, family="poisson", exposure="hours")
    assert (result.method, result.n) == ("poisson_hc3", expected["poisson"]["n"])
    close(result.table["standard_error"], expected["rows"]["poisson"]["HC3"])
    close(result.table["rate_ratio"], np.exp(expected["poisson"]["estimate"]))
    without = regress(f"visits ~ {RIGHT}", data, family="poisson").table
    assert abs(without["estimate"][0] - result.table["estimate"][0]) > 1


@pytest.mark.parametrize("errors", ["CR2", "CR3"])
def test_standard_errors_of_clusters_equal_clubsandwich(errors, data, expected):
    table = regress(f"score ~ {RIGHT}", data, cluster="person", standard_errors=errors).table
    close(table["standard_error"], expected["clustered"][errors]["standard_error"])
    if errors == "CR2":
        close(table["df"], expected["clustered"]["CR2"]["df"])
    else:
        assert (table["df"] == 29).all()


def test_jackknife_over_clusters_of_a_logistic_model(data, expected):
    table = regress(f"active ~ {RIGHT}", data, family="binomial", cluster="person", standard_errors="CR3").table
    close(table["standard_error"], expected["logit_cr3"], 1e-7)


def test_ordinal_equals_r(data, expected):
    """Optimum by Newton in R to 1e-10, second derivatives of the analytic gradient by central differences there."""
    block = expected["ordinal"]
    for errors, tolerance in {"model": 1e-7, "HC0": 1e-7, "HC3": 1e-6}.items():
        result = regress(f"often ~ {RIGHT}", data, family="ordinal", standard_errors=errors)
        close(result.table["estimate"], block["estimate"], 1e-8)
        close(result.table["standard_error"], block["standard_error"][errors], tolerance)
    close(result.table["estimate"], block["polr"], 2e-4)  # polr stops early
    assert result.table["part"].tolist() == [""] * 4 + ["threshold"] * 3
    assert result.table["term"].tolist()[4:] == ["1 | 2", "2 | 3", "3 | 4"]
    close(result.table["odds_ratio"][:4], np.exp(block["estimate"][:4]))
    assert result.table["odds_ratio"][4:].isna().all()


def test_ordered_categories_are_read_in_their_order(data, expected):
    words = ["never", "weekly", "daily", "hourly"]
    named = data.assign(often=pd.Categorical([words[each - 1] for each in data["often"]], words, ordered=True))
    table = regress(f"often ~ {RIGHT}", named, family="ordinal").table
    close(table["estimate"], expected["ordinal"]["estimate"])
    assert table["term"].tolist()[4:] == ["never | weekly", "weekly | daily", "daily | hourly"]


def test_negative_binomial_equals_r(data, expected):
    block = expected["negative_binomial"]
    for errors in ("model", "HC0"):
        result = regress(f"posts ~ {RIGHT}", data, family="negative_binomial", standard_errors=errors)
        close(result.table["estimate"], block["estimate"])
        close(result.table["standard_error"], block["standard_error"][errors])
    close(result.table["estimate"], block["glm_nb"], 1e-5)
    assert result.table["part"].tolist() == [""] * 5 + ["dispersion"]


@pytest.mark.parametrize("errors", ["HC3", "HC0", "model"])
def test_two_parts_equal_two_models(errors, data, expected):
    table = regress(f"minutes ~ {RIGHT}", data, family="two_part", standard_errors=errors).table
    close(table["estimate"], expected["two_part"]["estimate"])
    close(table["standard_error"], expected["two_part"][errors])
    assert table["part"].tolist() == ["any"] * 5 + ["amount"] * 5
    assert table["odds_ratio"].notna().tolist() == [True] * 5 + [False] * 5
    close(table["mean_ratio"][5:], np.exp(expected["two_part"]["estimate"][5:]))


@pytest.mark.parametrize("errors", ["HC3", "model"])
def test_two_parts_with_logarithms(errors, data, expected):
    table = regress(f"minutes ~ {RIGHT}", data, family="two_part_lognormal", standard_errors=errors).table
    close(table["estimate"][5:], expected["two_part"]["lognormal"])
    close(table["standard_error"][5:], expected["two_part"][f"lognormal_{errors}"])
    close(table["estimate"][:5], expected["two_part"]["estimate"][:5])


def design_of(kind, data, expected):
    if kind == "linearized":
        return Design("weight", data=data, strata="stratum", cluster="person")
    block = expected[kind]
    method = {"jackknife": "jkn", "bootstrap": "other"}[kind]
    options = {"scale": block["scale"]} if kind == "bootstrap" else {}
    return Design(
        "weight", data=data, replicates=np.array(block["weights"]), method=method, rscales=block["rscales"], df=27,
        **options,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["linearized", "jackknife", "bootstrap"])
@pytest.mark.parametrize(("outcome", "family"), [("score", "gaussian"), ("active", "binomial"), ("posts", "poisson")])
def test_designs_equal_svyglm(outcome, family, kind, data, expected):
    block = expected["designs"][outcome][kind]
    result = regress(f"{outcome} ~ {RIGHT}", data, family=family, design=design_of(kind, data, expected))
    close(result.table["estimate"], block["estimate"])
    close(result.table["standard_error"], block["standard_error"], 1e-7)
    assert (result.table["df"] == 27).all()
    if kind == "linearized":
        close(result.table["p_value"], block["p_value"], 1e-7)


def test_ordinal_with_a_design_equals_svyolr(data, expected):
    """svyolr stops as early as polr, and takes its numerical Hessian."""
    block = expected["designs"]["ordinal"]
    table = regress(f"often ~ {RIGHT}", data, family="ordinal", design=design_of("linearized", data, expected)).table
    close(table["estimate"], block["estimate"], 2e-3)
    close(table["standard_error"], block["standard_error"], 2e-3)


def test_two_parts_with_a_design_equal_two_models_of_domains(data, expected):
    """R stops when the deviance stands still to 1e-15, which leaves about its root in the coefficients of amounts."""
    block = expected["designs"]["minutes"]
    table = regress(f"minutes ~ {RIGHT}", data, family="two_part", design=design_of("linearized", data, expected)).table
    close(table["estimate"], block["estimate"], 1e-6)
    close(table["standard_error"], block["standard_error"], 1e-6)


def test_rows_without_weight_change_nothing(data, expected):
    """Neither their answers nor a category only they have, but they stay in the design."""
    more = pd.concat([data, data.head(2).assign(weight=0.0, country="fr", score=99.0)], ignore_index=True)
    before, after = (
        regress(f"score ~ {RIGHT}", each, design=design_of("linearized", each, expected)) for each in (data, more)
    )
    assert before.n == after.n
    close(after.table["standard_error"], before.table["standard_error"])


def test_scale_of_the_weights_does_not_matter(data):
    one, thousand = (
        regress(
            f"posts ~ {RIGHT}", data, family="negative_binomial",
            design=Design(data["weight"] * times, data=data, cluster="person"),
        ).table
        for times in (1, 1000)
    )  # fmt: skip
    close(one["estimate"], thousand["estimate"])
    close(one["standard_error"], thousand["standard_error"])


def test_a_category_of_one_cluster_has_no_standard_error_with_a_design(data):
    alone = data.assign(club=(data["person"] == 3).astype(float))
    table = regress("score ~ shyness + club", alone, design=Design(None, data=alone, cluster="person")).table
    assert table["standard_error"].isna().tolist() == [False, False, True]
    assert table["warning"][2].startswith("No standard error: a single cluster determines")


def test_rows_that_fit_exactly_say_nothing_about_the_error():
    """All answers of group b are 3, so HC0 finds no spread there."""
    frame = pd.DataFrame({"y": [1.0, 2, 4, 1, 3, 3, 3], "g": list("aaaabbb")})
    table = regress("y ~ 0 + g", frame, standard_errors="HC0").table
    assert table["standard_error"].isna().tolist() == [False, True]
    assert table["p_value"].isna().tolist() == [False, True]
    assert table["warning"].tolist() == [
        "", "No standard error: the rows this estimate rests on fit exactly, which says nothing about the error.",
    ]  # fmt: skip


ALLOWED = "Allowed here: "
ERRORS = {
    "misspelt": (
        "score ~ shynes + agee", {}, CallError,
        ("the data have no column 'agee', 'shynes'. Did you mean 'age' or 'shyness'? Columns of the data: 'person', "
        "'stratum', 'weight', 'shyness', 'age', 'country', 'hours', 'score', 'active', 'posts', 'visits', 'often' and "
        "7 more."),
    ),
    "number_as_text": (
        "score ~ typed", {}, CallError,
        ("column 'typed' holds numbers as text ('58', '51', '47'). Make it numbers with pd.to_numeric, or write "
        "C(typed) if they are names of categories."),
    ),
    "errors_without_clusters": (
        "score ~ age", {"standard_errors": "CR2"}, CallError,
        f"standard_errors 'CR2' needs cluster, a column. {ALLOWED}model, HC0, HC1, HC3.",
    ),
    "errors_of_rows": (
        "score ~ age", {"standard_errors": "HC3", "cluster": "person"}, CallError,
        f"standard_errors 'HC3' is of single rows, and cluster is 'person'. {ALLOWED}CR1, CR2, CR3.",
    ),
    "unknown_errors": (
        "score ~ age", {"standard_errors": "HC9"}, CallError,
        "standard_errors is 'HC9'. Allowed: model, HC0, HC1, HC3, CR1, CR2, CR3.",
    ),
    "cr2": (
        "active ~ age", {"standard_errors": "CR2", "cluster": "person", "family": "binomial"}, CallError,
        f"CR2 is for family 'gaussian', not 'binomial'. {ALLOWED}CR1, CR3.",
    ),
    "exposure": (
        "score ~ age", {"exposure": "hours"}, CallError,
        "exposure belongs to counts, and family is 'gaussian'. Leave it out.",
    ),
    "exposure_zero": (
        "posts ~ age", {"exposure": "active", "family": "poisson"}, InputError,
        ("the exposure 'active' is 0, negative or infinite in 87 of 298 rows. Leave those rows out: a count out of "
        "nothing has no rate."),
    ),
    "exposure_text": (
        "posts ~ age", {"exposure": "country", "family": "poisson"}, CallError,
        "the exposure 'country' does not hold numbers (it is str).",
    ),
    "not_counts": (
        "minutes ~ age", {"family": "poisson"}, InputError,
        ("the outcome 'minutes' has 180 values that are not counts ('0.6', '0.7', '2.1', '3.1'). Counts are 0, 1, 2, "
        "…; for amounts of time take family 'two_part', for others 'gaussian'."),
    ),
    "no_counts": (
        "nothing ~ age", {"family": "negative_binomial"}, InputError,
        "the outcome 'nothing' is 0 in all 300 rows. Choose another.",
    ),
    "not_overdispersed": (
        "even ~ age", {"family": "negative_binomial"}, InputError,
        ("the counts of 'even' vary no more than Poisson counts with the same means, so the negative binomial has no "
        "dispersion above 0. Take family 'poisson'."),
    ),
    "unordered": (
        "country ~ age", {"family": "ordinal"}, CallError,
        ("the categories of the outcome 'country' have no order (it is str). Give numbers, or "
        "pd.Categorical(column, categories=[lowest, …, highest], ordered=True)."),
    ),
    "two_categories": (
        "active ~ age", {"family": "ordinal"}, InputError,
        ("the outcome 'active' has 2 of its categories in the rows used ('0', '1'). Family 'ordinal' needs at least 3; "
        "for two of them code 0 and 1 and take family 'binomial'."),
    ),
    "ordinal_without_intercept": (
        "often ~ 0 + age", {"family": "ordinal"}, InputError,
        ("the formula leaves the intercept out. The thresholds of family 'ordinal' stand for it: leave '0 +' or '- 1' "
        "out of the formula."),
    ),
    "ordinal_transformed": (
        "log(often) ~ age", {"family": "ordinal"}, CallError,
        "the outcome of family 'ordinal' is 'log(often)'. Give the name of a column.",
    ),
    "ordinal_separation": (
        "often ~ top", {"family": "ordinal"}, InputError,
        ("the terms predict some or all answers to 'often' perfectly (separation), so the coefficients have no finite "
        "estimate. Leave out a term, or join categories that hold only one outcome."),
    ),
    "poisson_separation": (
        "posts ~ silent", {"family": "poisson"}, InputError,
        ("the terms predict some or all answers to 'posts' perfectly (separation), so the coefficients have no finite "
        "estimate. Leave out a term, or join categories that hold only one outcome."),
    ),
    "negative_amounts": (
        "score ~ age", {"family": "two_part"}, InputError,
        ("the outcome 'score' has 89 values below 0, the smallest is -6.15. Family 'two_part' is for amounts, 0 or "
        "more."),
    ),
    "no_zeros": (
        "hours ~ age", {"family": "two_part"}, InputError,
        "the outcome 'hours' is 0 in 0 of 300 rows. Family 'two_part' needs rows with 0 and rows above 0.",
    ),
    "few_amounts": (
        "rare ~ age + shyness", {"family": "two_part"}, InputError,
        "2 rows with an amount above 0 are too few for 3 coefficients. Use fewer terms.",
    ),
    "amounts_without_category": (
        "minutes ~ age + silent", {"family": "two_part"}, InputError,
        ("among the rows with an amount above 0, 'silent' is determined by the terms before it and has no coefficient. "
        "Leave it out, or join categories."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case, data):
    formula, options, kind, message = ERRORS[case]
    quiet = np.arange(300) % 10 == 0
    more = data.assign(
        typed=data["age"].astype(str), nothing=0, even=np.arange(300) % 2 + 1, top=(data["often"] == 4).astype(int),
        silent=quiet.astype(int), rare=np.where(np.arange(300) < 2, 5.0, 0.0),
        posts=data["posts"].where(~quiet, 0), minutes=data["minutes"].where(~quiet, 0),
    )  # fmt: skip
    with pytest.raises(kind) as caught:
        regress(formula, more, **options)
    assert str(caught.value) == f"regress: {message}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cluster": "person"}, "found design and cluster. The design has the clusters: leave cluster out."),
        (
            {"standard_errors": "HC3"},
            "found design and standard_errors='HC3'. A design has its own: leave it out.",
        ),
    ],
)
def test_a_design_has_its_own_clusters_and_errors(options, message, data):
    with pytest.raises(CallError) as caught:
        regress("score ~ age", data, design=Design("weight", data=data), **options)
    assert str(caught.value) == f"regress: {message}"


def test_a_replicate_without_estimate_is_named(data):
    """The second replicate leaves out all rows of a country."""
    copies = np.ones((300, 3))
    copies[data["country"] == "no", 1] = 0
    design = Design(None, data=data, replicates=copies, method="jk1", df=2)
    with pytest.raises(InputError) as caught:
        regress("score ~ country", data, design=design)
    assert str(caught.value) == (
        "Design: replicate 2 of 3 has no estimate: the model has no estimate with these weights. Join small groups, or "
        "use a design with strata and clusters instead of replicates."
    )
