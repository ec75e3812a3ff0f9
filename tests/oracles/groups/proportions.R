# Oracle of survey_stats.statistics.proportions. See README.md beside it.
# Usage: Rscript proportions.R proportions.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

# Made data: clusters in strata, unequal weights (some 0), an answer of three categories, two groups, missing values.
set.seed(501)
n <- 120
data <- data.frame(stratum = rep(c("a", "b"), each = n / 2), cluster = rep(1:24, each = 5))
data$weight <- round(runif(n, .5, 4), 2); data$weight[c(7, 61)] <- 0
lift <- rnorm(24)[data$cluster]
data$group <- ifelse(runif(n) < .45, "girls", "boys")
data$use <- c("never", "often", "some")[1 + findInterval(lift + rnorm(n) + .8 * (data$group == "girls"), c(-.4, .9))]
data$all <- ifelse(data$group == "girls", "yes", data$use)  # every girl gives one answer
data$use[c(3, 50, 99)] <- NA; data$group[c(8, 77)] <- NA

wilson <- function(x, n, level) { ci <- prop.test(x, n, correct = FALSE, conf.level = level)$conf.int; c(ci[1], ci[2]) }
# Newcombe (1998), method 10, from the Wilson limits.
newcombe <- function(x, n, level) {
  p <- x / n; one <- wilson(x[1], n[1], level); two <- wilson(x[2], n[2], level); d <- p[1] - p[2]
  test <- suppressWarnings(prop.test(x, n, correct = FALSE))
  list(estimate = d, ci_lower = d - sqrt((p[1] - one[1])^2 + (two[2] - p[2])^2),
       ci_upper = d + sqrt((one[2] - p[1])^2 + (p[2] - two[1])^2),
       statistic = sign(d) * sqrt(test$statistic[[1]]), p_value = test$p.value) }

categories <- c("never", "often", "some")
plain <- lapply(categories, function(k) { x <- na.omit(data$use) == k
  c(list(category = k, count = sum(x), n = length(x)), setNames(as.list(wilson(sum(x), length(x), .95)), c("ci_lower", "ci_upper"))) })
differences <- lapply(categories, function(k) { d <- data[!is.na(data$use) & !is.na(data$group), ]
  x <- tapply(d$use == k, d$group, sum); size <- table(d$group)
  c(list(category = k), newcombe(as.numeric(x), as.numeric(size), .9)) })

designed <- function(design) {
  df <- degf(design)
  shares <- lapply(c("boys", "girls"), function(g) lapply(categories, function(k) {
    inside <- subset(design, !is.na(use) & !is.na(group) & group == g)
    inside <- update(inside, hit = as.numeric(use == k))
    p <- svyciprop(~hit, inside, method = "logit", df = df); ci <- attr(p, "ci")
    list(group = g, category = k, estimate = as.numeric(p), se = as.numeric(SE(svymean(~hit, inside))),
         ci_lower = ci[[1]], ci_upper = ci[[2]]) }))
  contrasts <- lapply(categories, function(k) {
    inside <- update(subset(design, !is.na(use) & !is.na(group)), hit = as.numeric(use == k))
    means <- svyby(~hit, ~group, inside, svymean, covmat = TRUE)
    d <- svycontrast(means, c(boys = 1, girls = -1)); se <- as.numeric(SE(d)); e <- as.numeric(coef(d))
    list(category = k, estimate = e, se = se, df = df, statistic = e / se, p_value = 2 * pt(-abs(e / se), df),
         ci_lower = e - qt(.975, df) * se, ci_upper = e + qt(.975, df) * se) })
  list(df = df, shares = unlist(shares, recursive = FALSE), differences = contrasts)
}
output <- list(
  source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "proportions.R"),
  data = lapply(data, function(column) column), plain = plain, differences = differences,
  # The published example of Newcombe (1998, p. 876): 56 of 70 and 48 of 80, method 10: .0524 to .3339.
  edges = lapply(list(c(0, 12), c(12, 12), c(1, 30)), function(x) list(count = x[1], n = x[2], ci = wilson(x[1], x[2], .95))),
  weights = designed(svydesign(~1, weights = ~weight, data = data)),
  clustered = designed(svydesign(~cluster, strata = ~stratum, weights = ~weight, data = data)))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", pretty = FALSE)
