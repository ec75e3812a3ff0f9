# Oracle of bootstrap intervals: the coefficients of given draws, and limits from them. See README.md.
# Usage: Rscript bootstrap.R bootstrap.json
suppressPackageStartupMessages({library(boot); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(52)
n <- 36; z <- rnorm(n); person <- rep(1:12, each = 3)
data <- data.frame(x = round(z + rnorm(n), 2), y = round(exp(.6 * z + rnorm(n)), 2), z = round(z, 2),
                   likes = findInterval(z + rnorm(n), c(-.7, 0, .7)), person)
left <- function(v, z) residuals(lm(v ~ z))
within <- function(d, id) { centre <- function(v) v - ave(v, id); cor(centre(d$x), centre(d$y)) }
coefficients <- list(
  pearson = function(d) cor(d$x, d$y), spearman = function(d) cor(d$x, d$y, method = "spearman"),
  spearman_ties = function(d) cor(d$likes, d$y, method = "spearman"),
  kendall = function(d) cor(d$likes, d$y, method = "kendall"),
  pearson_partial = function(d) cor(left(d$x, d$z), left(d$y, d$z)),
  spearman_partial = function(d) cor(left(rank(d$x), rank(d$z)), left(rank(d$y), rank(d$z))),
  pearson_semipartial = function(d) cor(left(d$x, d$z), d$y))
rows <- t(replicate(120, sample(n, n, replace = TRUE))); people <- t(replicate(120, sample(12, 12, replace = TRUE)))
draws <- lapply(coefficients, function(f) apply(rows, 1, function(at) f(data[at, ])))
draws$within <- apply(people, 1, function(who) { at <- unlist(lapply(who, function(one) which(person == one)))
  within(data[at, ], rep(seq_along(who), each = 3)) })

# BCa with the empirical influence of the coefficient, by its derivative by the weight of each row.
weighted_r <- function(w) cov.wt(data[, c("x", "y")], w, cor = TRUE)$cor[1, 2]
influence <- sapply(1:n, function(i) { h <- 1e-5; up <- down <- rep(1 / n, n)
  up <- (1 - h) * up; up[i] <- up[i] + h; down <- (1 + h) * down; down[i] <- down[i] - h; (weighted_r(up) - weighted_r(down)) / (2 * h) })
many <- boot(data, function(d, at) cor(d$x[at], d$y[at]), 2999)
bca <- function(t, estimate, L, level) { w <- qnorm(mean(t < estimate)); a <- sum(L^3) / (6 * sum(L^2)^1.5)
  z <- qnorm((1 + c(-1, 1) * level) / 2); unname(quantile(t, pnorm(w + (w + z) / (1 - a * (w + z))))) }
large <- boot.ci(boot(data, function(d, at) cor(d$x[at], d$y[at]), 40000), conf = .9, type = c("perc", "bca"), L = influence)
ours <- boot.ci(many, conf = .9, type = c("perc", "bca"), L = influence)
output <- list(source = list(R = R.version.string, boot = as.character(packageVersion("boot")), script = "bootstrap.R"),
  data = as.list(data), rows = rows, people = people, draws = draws, influence = influence,
  acceleration = sum(influence^3) / (6 * sum(influence^2)^1.5),
  limits = list(draws = as.vector(many$t), estimate = many$t0, bca = bca(many$t, many$t0, influence, .9),
    percentile = unname(quantile(many$t, c(.05, .95))), boot_percentile = ours$percent[4:5], boot_bca = ours$bca[4:5]),
  large = list(percentile = large$percent[4:5], bca = large$bca[4:5]))
write_json(output, arguments[1], digits = 12, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
