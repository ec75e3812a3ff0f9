# Oracle of survey_stats.statistics.estimation. See README.md beside it.
# Usage: Rscript estimation.R ../design/design.json estimation.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

# The made data of the design's oracle, with a third variable, missing answers and a category.
made <- as.data.frame(fromJSON(arguments[1])$data, stringsAsFactors = FALSE)
set.seed(51)
n <- nrow(made)
made$z <- round(made$y + 3 + 4 * rnorm(n), 1)
made$y[c(3, 17, 30)] <- NA
made$use <- factor(sample(c("never", "weekly", "daily"), n, TRUE), levels = c("daily", "never", "weekly"))
made$use[c(8, 30)] <- NA
made$wave <- rep(c("first", "second"), length.out = n)
plain <- function(x) unname(as.numeric(x))
designs <- list(
  stratified = svydesign(~cluster, strata = ~stratum, weights = ~weight, data = made),
  fpc = svydesign(~cluster, strata = ~stratum, weights = ~weight, fpc = ~clusters_in_population, data = made),
  weights = svydesign(~1, weights = ~weight, data = made))
designs$replicates <- as.svrepdesign(designs$stratified, type = "JKn", mse = TRUE)

# Intervals with the degrees of freedom of the whole design, also in domains.
limits <- function(x, df) { ci <- confint(x, df = df); list(lower = plain(ci[, 1]), upper = plain(ci[, 2])) }
with_limits <- function(x, df) c(list(estimate = plain(coef(x)), se = plain(SE(x))), limits(x, df))
# With replicates svyciprop takes the spread of the replicates' logits; ours is the delta method, written out here.
delta <- function(p, se, df) plogis(qlogis(p) + c(-1, 1) * qt(.975, df) * se / (p * (1 - p)))
proportions <- function(formula, design, df) lapply(c(daily = "daily", never = "never", weekly = "weekly"), function(one) {
  one_of <- update(design, chosen = as.numeric(use == one))
  mean <- svymean(~chosen, one_of, na.rm = TRUE)
  ci <- if (inherits(design, "svyrep.design")) delta(plain(coef(mean)), plain(SE(mean)), df) else
    plain(attr(svyciprop(~chosen, one_of, method = "logit", na.rm = TRUE, df = df), "ci"))
  list(estimate = plain(coef(mean)), se = plain(SE(mean)), lower = ci[1], upper = ci[2]) })
quantiles <- function(design, rule, df, shares = c(.2, .25, .5, .75)) {
  found <- svyquantile(~y, design, shares, na.rm = TRUE, qrule = rule, interval.type = "mean", df = df)$y
  list(estimate = plain(found[, 1]), lower = plain(found[, 2]), upper = plain(found[, 3]), se = plain(found[, 4])) }
figures <- function(design, deff) {
  df <- degf(design)
  answered <- function(...) subset(design, !is.na(y))
  list(df = df,
       mean = with_limits(svymean(~y, design, na.rm = TRUE), df), total = with_limits(svytotal(~y, design, na.rm = TRUE), df),
       counts = with_limits(svytotal(~use, design, na.rm = TRUE), df), use = proportions(~use, design, df),
       ratio = with_limits(svyratio(~z, ~x, design), df), hf1 = quantiles(design, "hf1", df), hf2 = quantiles(design, "hf2", df),
       domains = lapply(c(f = "f", m = "m"), function(one) with_limits(svymean(~y, subset(design, sex == one), na.rm = TRUE), df)),
       median_f = quantiles(subset(design, sex == "f"), "hf1", df, c(.5, .75)),
       deff = if (is.na(deff)) NULL else list(mean = plain(deff(svymean(~y, design, na.rm = TRUE, deff = deff))),
                                              total = plain(deff(svytotal(~x, design, deff = deff))),
                                              ratio = plain(deff(svyratio(~z, ~x, design, deff = deff))),
                                              domain = plain(deff(svymean(~y, subset(design, sex == "f"), na.rm = TRUE, deff = deff)))))
}
# Differences: of domains and of variables, with the covariance that rows of the same clusters have.
means <- svyby(~x, ~wave, designs$stratified, svymean, covmat = TRUE)
both <- svymean(~z + x, designs$stratified)
between <- svycontrast(means, c(first = 1, second = -1))
within <- svycontrast(both, c(z = 1, x = -1))

# Schools of California as in the package (the data are in ../shared/data, not here).
data(api)
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
clus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
data(nhanes)
health <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
race <- svyby(~HI_CHOL, ~race + RIAGENDR, health, svymean, na.rm = TRUE)
chol <- svyciprop(~HI_CHOL, health, method = "logit", na.rm = TRUE, df = degf(health))

output <- list(
  source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "estimation.R"),
  data = lapply(made, function(column) if (is.factor(column)) as.character(column) else column),
  stratified = figures(designs$stratified, "replace"), fpc = figures(designs$fpc, TRUE),
  weights = figures(designs$weights, "replace"),
  replicates = c(figures(designs$replicates, NA), list(weights = unname(weights(designs$replicates, "analysis")),
                 rscales = designs$replicates$rscales)),
  difference = list(between = with_limits(between, degf(designs$stratified)), within = with_limits(within, degf(designs$stratified))),
  api = list(strat = list(df = degf(strat), proportion = plain(coef(svymean(~sch.wide, strat))), proportion_se = plain(SE(svymean(~sch.wide, strat))),
                          deff = plain(deff(svymean(~api00, strat, deff = TRUE))), ratio = with_limits(svyratio(~api00, ~api99, strat), degf(strat))),
             clus2 = c(with_limits(svymean(~api00, clus2), degf(clus2)), list(df = degf(clus2)))),
  nhanes = list(race = plain(race$HI_CHOL), race_se = plain(race$se), df = degf(health),
                proportion = list(estimate = plain(coef(chol)), lower = plain(attr(chol, "ci"))[1], upper = plain(attr(chol, "ci"))[2])))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, pretty = TRUE, na = "null")
