# How often intervals of the Gini and of the share of the heaviest fifth hold the truth, and how close linearised and
# delete-one errors come to the spread over samples. Weights from .3 to 3 unrelated to minutes; t on the logit.
# Usage: Rscript concentration_coverage.R concentration_coverage.json (a minute and a half)
suppressPackageStartupMessages(library(jsonlite)); arguments <- commandArgs(trailingOnly = TRUE); set.seed(9)
gini <- function(y, w) { o <- order(y); y <- y[o]; w <- w[o]; sum((2 * cumsum(w) - w) * w * y) / (sum(w) * sum(w * y)) - 1 }
top <- function(y, w, part = .2) {
  o <- order(y); y <- y[o]; w <- w[o]; inside <- pmin(pmax((1 - part) * sum(w) - (cumsum(w) - w), 0), w)
  1 - sum(inside * y) / sum(w * y)
}
influence <- function(y, w) {
  size <- sum(w); total <- sum(w * y); g <- gini(y, w); apart <- as.vector(abs(outer(y, y, "-")) %*% w)
  o <- order(y); q <- y[o][which(cumsum(w[o]) >= .8 * size * (1 - 1e-12))[1]]
  cbind((apart / total - g - g * y * size / total) / size, -(pmin(y - q, 0) + .8 * q - (1 - top(y, w)) * y) / total)
}
run <- function(n, draw, samples) {
  population <- draw(4e5); truth <- c(gini(population, rep(1, 4e5)), top(population, rep(1, 4e5)))
  found <- t(replicate(samples, {
    y <- draw(n); w <- runif(n, .3, 3); estimate <- c(gini(y, w), top(y, w)); z <- influence(y, w) * w
    linear <- sqrt(n / (n - 1) * colSums(sweep(z, 2, colMeans(z))^2))
    without <- t(sapply(1:n, function(i) c(gini(y[-i], w[-i]), top(y[-i], w[-i]))))
    jackknife <- sqrt((n - 1) / n * colSums(sweep(without, 2, colMeans(without))^2))
    holds <- function(se) abs(qlogis(estimate) - qlogis(truth)) <= qt(.975, n - 1) * se / (estimate * (1 - estimate))
    c(estimate, linear, jackknife, holds(linear), holds(jackknife))
  }))
  spread <- apply(found[, 1:2], 2, sd); mean <- colMeans(found)
  list(n = n, samples = samples, truth = truth, bias = mean[1:2] - truth, spread = spread, linearised = mean[3:4] / spread,
       jackknife = mean[5:6] / spread, coverage_linearised = mean[7:8], coverage_jackknife = mean[9:10])
}
even <- function(n) rexp(n, 1 / 60); long <- function(n) exp(rnorm(n, 3.5, 1))
output <- list(source = list(R = R.version.string, script = "concentration_coverage.R"),
  exponential = list(run(30, even, 1500), run(60, even, 1500), run(240, even, 600)),
  lognormal = list(run(30, long, 1500), run(60, long, 1500), run(240, long, 600)))
write_json(output, arguments[1], digits = 4, auto_unbox = TRUE, pretty = TRUE)
