# Oracle of survey_stats.statistics.agreement and attenuation. See README.md beside it.
# Usage: Rscript agreement.R agreement.json
suppressPackageStartupMessages({library(metafor); library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

figures <- function(said, logged, level = .95, coverage = .95) {
  both <- complete.cases(said, logged); x <- said[both]; y <- logged[both]; n <- length(x); d <- x - y
  t <- t.test(d, conf.level = level); z <- qnorm((1 + coverage) / 2)
  limits <- function(d) { k <- length(d); q <- suppressWarnings(qt(c((1 - level) / 2, (1 + level) / 2), k - 1, z * sqrt(k))) * sd(d) / sqrt(k)
    list(lower = c(mean(d) - z * sd(d), mean(d) - q[2], mean(d) - q[1]), upper = c(mean(d) + z * sd(d), mean(d) + q)) }
  m <- (x + y) / 2; fit <- lm(d ~ m); X <- model.matrix(fit); bread <- solve(crossprod(X))
  hc3 <- bread %*% crossprod(X * (resid(fit) / (1 - hatvalues(fit)))) %*% bread; slope_se <- sqrt(hc3[2, 2])
  rom <- escalc("ROMC", m1i = mean(x), m2i = mean(y), sd1i = sd(x), sd2i = sd(y), ri = cor(x, y), ni = n)
  log_ci <- function(estimate, se, df) exp(estimate + c(-1, 1) * qt((1 + level) / 2, df) * se)
  positive <- x > 0 & y > 0; l <- log(x[positive] / y[positive])
  # Lin's concordance and its linearised standard error by survey, from the five means.
  frame <- data.frame(x, y, xx = x^2, yy = y^2, xy = x * y)
  ccc <- svycontrast(svymean(~x + y + xx + yy + xy, svydesign(~1, weights = ~rep(1, n), data = frame)),
                     quote(2 * (xy - x * y) / (xx - x^2 + yy - y^2 + (x - y)^2)))
  rho <- as.numeric(coef(ccc)); rho_se <- as.numeric(SE(ccc)) / (1 - rho^2)
  wilson <- function(k) { ci <- prop.test(k, n, correct = FALSE, conf.level = level)$conf.int; c(k / n, ci[1], ci[2]) }
  pearson <- cor.test(x, y, conf.level = level)
  list(n = n, bias = c(mean(d), t$conf.int[1:2]), bias_se = t$stderr, bias_p = t$p.value, limits = limits(d),
    slope = c(coef(fit)[[2]], coef(fit)[[2]] + c(-1, 1) * qt((1 + level) / 2, n - 2) * slope_se), slope_p = 2 * pt(-abs(coef(fit)[[2]] / slope_se), n - 2),
    ratio = c(exp(rom$yi), log_ci(rom$yi, sqrt(rom$vi), n - 1)), n_positive = length(l),
    geometric = c(exp(mean(l)), log_ci(mean(l), sd(l) / sqrt(length(l)), length(l) - 1)), ratio_limits = lapply(limits(l), exp),
    pearson = c(pearson$estimate[[1]], pearson$conf.int[1:2]), concordance = c(rho, tanh(atanh(rho) + c(-1, 1) * qt((1 + level) / 2, n - 1) * rho_se)),
    within_5 = wilson(sum(abs(d) <= .05 * y + 1e-9)), within_25 = wilson(sum(abs(d) <= .25 * y + 1e-9)),
    over = wilson(sum(d > .05 * y + 1e-9)), under = wilson(sum(d < -.05 * y - 1e-9)))
}

set.seed(701)
n <- 60; logged <- round(rgamma(n, 1.6, scale = 60), 1); said <- 5 * round(logged * exp(rnorm(n, .25, .5)) / 5)
said[c(4, 9)] <- 0; logged[c(9, 21)] <- 0; said[30] <- NA; logged[41] <- NA; said[1:3] <- round(logged[1:3] * c(1.05, .95, 1.25), 6)
# Peak expiratory flow by two meters, first readings (Bland and Altman 1986, Lancet 327, 307-310, table).
large <- c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
mini <- c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)

# Three correlations that can hold together: the smallest eigenvalue of their matrix is not below 0.
smallest <- function(r, v, rho) min(eigen(matrix(c(1, r, v, r, 1, rho, v, rho, 1), 3), symmetric = TRUE)$values)
bound <- function(r, v, side) { inside <- r * v; uniroot(function(rho) smallest(r, v, rho), if (side > 0) c(inside, 1) else c(-1, inside), tol = 1e-12)$root }
grid <- expand.grid(r = c(-.3, .05, .15, .5), v = c(.2, .4, .9)); range <- expand.grid(r = seq(.05, .25, .002), v = seq(.3, .5, .002))
angle <- function(r, v, side) cos(acos(r) - side * acos(v))
output <- list(
  source = list(R = R.version.string, metafor = as.character(packageVersion("metafor")), survey = as.character(packageVersion("survey")), script = "agreement.R"),
  data = list(said = said, logged = logged), figures = figures(said, logged), narrow = figures(said, logged, .9, .8),
  meters = c(list(large = large, mini = mini), figures(large, mini)),
  attenuation = lapply(seq_len(nrow(grid)), function(i) list(r = grid$r[i], v = grid$v[i], lower = bound(grid$r[i], grid$v[i], -1), upper = bound(grid$r[i], grid$v[i], 1))),
  range = list(lower = min(angle(range$r, range$v, -1)), upper = max(angle(range$r, range$v, 1)), unrelated = range(range$r / range$v)))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", pretty = FALSE)
