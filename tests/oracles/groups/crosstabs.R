# Oracle of survey_stats.statistics.crosstabs. See README.md beside it.
# Usage: Rscript crosstabs.R proportions.json crosstabs.json (the data of proportions.R)
suppressPackageStartupMessages({library(survey); library(effectsize); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
data <- as.data.frame(fromJSON(arguments[1])$data, stringsAsFactors = FALSE)

ncp <- function(x, df, level) sapply(c((1 + level) / 2, (1 - level) / 2), function(p)
  if (pchisq(x, df) <= p) 0 else uniroot(function(n) pchisq(x, df, n) - p, c(0, 500), tol = 1e-13)$root)
figures <- function(t, level = .95) {
  test <- suppressWarnings(chisq.test(t, correct = FALSE)); most <- sum(t) * (min(dim(t)) - 1)
  v <- cramers_v(t, adjust = FALSE, ci = level, alternative = "two.sided")
  list(counts = unclass(t), row_share = unclass(prop.table(t, 1)), column_share = unclass(prop.table(t, 2)),
       expected = test$expected, residual = unclass(test$stdres), statistic = test$statistic[[1]],
       df = test$parameter[[1]], p_value = test$p.value, fisher = fisher.test(t, workspace = 2e7)$p.value,
       v = v$Cramers_v, v_ci = pmin(1, sqrt(ncp(test$statistic[[1]], test$parameter[[1]], level) / most)),
       effectsize_ci = c(v$CI_low, v$CI_high))
}
tables <- list(
  use_by_group = table(data$group, data$use),
  sparse = matrix(c(3, 0, 2, 1, 4, 1, 0, 2, 5, 1, 0, 3), 3), wide = matrix(c(1, 6, 0, 2, 3, 3, 4, 0, 2, 1), 2),
  two = matrix(c(7, 2, 3, 9), 2), two_rare = matrix(c(8, 1, 2, 5), 2))
known <- c("use", "group")
designed <- function(design) {
  test <- svychisq(~group + use, design, statistic = "F")
  first <- svychisq(~group + use, design, statistic = "Chisq")
  inside <- subset(design, !is.na(use) & !is.na(group)); shares <- svytable(~group + use, inside)
  shares <- shares / sum(shares)
  n <- sum(!is.na(data$use) & !is.na(data$group) & data$weight > 0)
  phi2 <- sum((shares - outer(rowSums(shares), colSums(shares)))^2 / outer(rowSums(shares), colSums(shares)))
  # First-order: pchisq(X2 / mean(delta), df) gives X2 / mean(delta), hence the mean design effect.
  corrected <- qchisq(first$p.value, 2, lower.tail = FALSE)
  # Adjusted residual of girls and often by the delta method on cell means.
  inside <- update(inside, hit = as.numeric(group == "girls" & use == "often"), girls = as.numeric(group == "girls"),
                   often = as.numeric(use == "often"))
  excess <- svycontrast(svymean(~hit + girls + often, inside), quote(hit - girls * often))
  list(statistic = test$statistic[[1]], df = test$parameter[[1]], df_error = test$parameter[[1]] * degf(design), p_value =
       pf(test$statistic[[1]], test$parameter[[1]], test$parameter[[1]] * degf(design), lower.tail = FALSE),
       shares = unclass(shares), v = sqrt(phi2), v_ci = sqrt(ncp(corrected, 2, .95) * phi2 / corrected),
       residual = as.numeric(coef(excess)) / as.numeric(SE(excess)), n = n)
}
output <- list(
  source = list(R = R.version.string, survey = as.character(packageVersion("survey")),
                effectsize = as.character(packageVersion("effectsize")), script = "crosstabs.R"),
  tables = lapply(tables, figures),
  weights = designed(svydesign(~1, weights = ~weight, data = data)),
  clustered = designed(svydesign(~cluster, strata = ~stratum, weights = ~weight, data = data)))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, na = "null", pretty = FALSE)
