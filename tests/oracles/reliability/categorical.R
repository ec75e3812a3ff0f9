# Oracle of categorical omega and ordinal alpha. See ../README.md.
# Usage: Rscript categorical.R FOLDER_WITH_PSYCH_R_CSV categorical.json
suppressPackageStartupMessages({library(lavaan); library(semTools); library(numDeriv); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

make <- function(seed, n, loadings, cuts) {
  set.seed(seed); trait <- rnorm(n)
  data <- sapply(seq_along(loadings), function(j) findInterval(loadings[j] * trait + sqrt(1 - loadings[j]^2) * rnorm(n), cuts[[j]]) + 1)
  data <- as.data.frame(data); names(data) <- paste0("item_", seq_along(loadings)); data
}
fit_one <- function(data, missing = "listwise") {
  items <- names(data)
  cfa(paste("f =~", paste(items, collapse = " + ")), data, std.lv = TRUE, ordered = items, estimator = "WLSMV", missing = missing)
}
# As a function of what is estimated first: thresholds and polychoric correlations, on which lavaan has their covariance.
# The factor is fitted to the correlations with lavaan's weights held fixed; then semTools' own formula.
omega_of <- function(correlations, thresholds, weights, start) {
  p <- ncol(correlations); below <- lower.tri(correlations)
  loss <- function(l) sum(weights * (correlations[below] - outer(l, l)[below])^2)
  slope <- function(l) { e <- matrix(0, p, p); e[below] <- weights * (correlations[below] - outer(l, l)[below]); e <- e + t(e); -2 * c(e %*% l) }
  bend <- function(l) { w <- matrix(0, p, p); w[below] <- weights; w <- w + t(w); h <- 2 * w * (2 * outer(l, l) - correlations); diag(h) <- 2 * c(w %*% l^2); h }
  l <- start
  for (i in 1:60) { move <- solve(bend(l), slope(l)); l <- l - move; if (max(abs(move)) < 1e-14) break }
  semTools:::omegaCat(outer(l, l), thresholds, rep(1, p), correlations)
}
figures <- function(data, missing = "listwise") {
  p <- ncol(data); fit <- fit_one(data, missing)
  sample <- lavInspect(fit, "sampstat"); R <- unclass(sample$cov); names <- names(sample$th)
  gamma <- lavInspect(fit, "gamma") / nobs(fit); weights <- diag(lavInspect(fit, "wls.v"))
  n_thresholds <- length(sample$th); of_items <- split(as.numeric(sample$th), sub("\\|.*", "", names))[colnames(R)]
  weights <- weights[-seq_len(n_thresholds)]
  start <- lavInspect(fit, "est")$lambda[, 1]; start <- start * sign(sum(start))
  statistic <- function(theta) {
    th <- theta[seq_len(n_thresholds)]; S <- diag(p); S[lower.tri(S)] <- theta[-seq_len(n_thresholds)]; S[upper.tri(S)] <- t(S)[upper.tri(S)]
    omega_of(S, split(th, factor(sub("\\|.*", "", names), levels = colnames(R))), weights, start)
  }
  theta <- c(as.numeric(sample$th), R[lower.tri(R)])
  slope <- grad(statistic, theta, method.args = list(eps = 1e-4, r = 4))
  alpha <- function(r) { S <- diag(p); S[lower.tri(S)] <- r; S <- S + t(S) - diag(p); p / (p - 1) * (1 - p / sum(S)) }
  a_slope <- grad(alpha, R[lower.tri(R)]); G <- gamma[-seq_len(n_thresholds), -seq_len(n_thresholds)]
  list(n = nobs(fit), omega_categorical = compRelSEM(fit, ord.scale = TRUE)[[1]],
       omega_again = statistic(theta), omega_se = sqrt(c(slope %*% gamma %*% slope)), loadings = as.numeric(start),
       alpha_ordinal = compRelSEM(fit, tau.eq = TRUE, ord.scale = FALSE)[[1]], alpha_se = sqrt(c(a_slope %*% G %*% a_slope)))
}
five <- make(41, 250, c(.8, .7, .6, .5, .7), rep(list(c(.2, .9, 1.5)), 5))
mixed <- make(42, 300, c(.8, .7, .6, .5), list(0.2, c(-.4, .6), c(-1, -.2, .5, 1.2, 2), c(-.7, .1)))
binary <- make(43, 400, c(.7, .6, .5, .6), list(.3, -.2, 1, .1))
gaps <- five; set.seed(44); values <- as.matrix(gaps); values[sample.int(length(values), 60)] <- NA; gaps <- as.data.frame(values)
columns <- function(data) lapply(data, function(column) column)
case <- function(data) c(list(data = columns(data)), figures(data))

# Resamples of one sample through lavaan and semTools: their spread is the oracle of the bootstrap.
set.seed(45)
spread <- replicate(250, { drawn <- five[sample.int(nrow(five), replace = TRUE), ]
  tryCatch(suppressWarnings(compRelSEM(fit_one(drawn), ord.scale = TRUE)[[1]]), error = function(e) NA) })
bfi <- read.csv(file.path(arguments[1], "bfi.csv"), row.names = 1)
bfi_a <- bfi[, paste0("A", 1:5)]; bfi_a$A1 <- 7 - bfi_a$A1
output <- list(
  source = list(R = R.version.string, lavaan = as.character(packageVersion("lavaan")),
                semTools = as.character(packageVersion("semTools")), script = "categorical.R",
                estimator = "WLSMV (diagonally weighted least squares), polychoric correlations in the denominator (obs.var = TRUE)"),
  five = case(five), mixed = case(mixed), binary = case(binary), gaps = case(gaps), gaps_pairwise = figures(gaps, "pairwise"),
  bootstrap = list(draws = 250, se = sd(spread, na.rm = TRUE), quantiles = quantile(spread, c(.025, .975), na.rm = TRUE, names = FALSE)),
  bfi_a = figures(bfi_a), bfi_n = figures(bfi[, paste0("N", 1:5)]))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
