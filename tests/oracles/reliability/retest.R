# Oracle of intraclass correlations and test-retest reliability. See ../README.md.
# Usage: Rscript retest.R retest.json
suppressPackageStartupMessages({library(psych); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
judges <- data.frame(a = c(9, 6, 8, 7, 10, 6), b = c(2, 1, 4, 1, 5, 2), c = c(5, 3, 6, 2, 6, 4), d = c(8, 2, 8, 6, 9, 7))
set.seed(51); trait <- rnorm(60)
three <- as.data.frame(sapply(c(0, .4, -.3), function(shift) round(trait + shift + .6 * rnorm(60), 2))); names(three) <- c("x", "y", "z")
weak <- as.data.frame(matrix(round(rnorm(60), 2), 20)); names(weak) <- c("x", "y", "z")
two <- three[, 1:2]
icc <- function(data, alpha = .05) {
  found <- suppressMessages(ICC(data, lmer = FALSE, alpha = alpha))$results
  list(n = nrow(data), estimate = found$ICC, ci_lower = found[["lower bound"]], ci_upper = found[["upper bound"]],
       statistic = found$F, df_1 = found$df1, df_2 = found$df2, p_value = found$p)
}
retest <- function(data, level = .95) {
  r <- cor.test(data$x, data$y, conf.level = level); t <- t.test(data$y, data$x, paired = TRUE, conf.level = level)
  change <- data$y - data$x; n <- nrow(data); sem <- sd(change) / sqrt(2)
  residual <- summary(aov(v ~ p + o, data.frame(v = unlist(data), p = factor(rep(seq_len(n), 2)), o = rep(c("x", "y"), each = n))))[[1]]["Residuals", "Mean Sq"]
  tails <- qchisq(c((1 + level) / 2, (1 - level) / 2), n - 1)
  list(r = unname(r$estimate), r_ci = c(r$conf.int), difference = unname(t$estimate), difference_ci = c(t$conf.int),
       sem = sem, sem_by_anova = sqrt(residual), sem_ci = sem * sqrt((n - 1) / tails), change = qnorm((1 + level) / 2) * sqrt(2) * sem)
}
columns <- function(data) lapply(data, function(column) column)
output <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych")), script = "retest.R"),
  judges = c(list(data = columns(judges)), icc(judges)), three = c(list(data = columns(three)), icc(three)),
  three_90 = icc(three, .1), weak = c(list(data = columns(weak)), icc(weak)), two = c(icc(two), retest(two)))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
