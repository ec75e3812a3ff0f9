# Oracle of comparisons of correlations and of corrections for unreliability. See README.md.
# Usage: Rscript comparing.R comparing.json
suppressPackageStartupMessages({library(psych); library(lavaan); library(numDeriv); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(63)
n <- 90; trait <- rnorm(n); use <- .4 * trait + rnorm(n)
data <- data.frame(a = round(trait + rnorm(n), 2), b = round(use + rnorm(n), 2), c = round(use + .5 * trait + rnorm(n), 2),
                   d = round(.3 * trait + rnorm(n), 2), group = sample(c("f", "m", "x"), n, TRUE, c(.45, .4, .15)))
data$b[c(3, 8)] <- NA

# Correlation of two sample correlations of normal data: derivatives of both by the covariances, whose covariance is
# s_ik s_jl + s_il s_jk.
together <- function(R, first, second) {
  p <- nrow(R); low <- which(lower.tri(R, TRUE), arr.ind = TRUE)
  of <- function(v) { S <- matrix(0, p, p); S[low] <- v; S <- S + t(S) - diag(diag(S)); cov2cor(S) }
  gradient <- function(pair) grad(function(v) of(v)[pair[1], pair[2]], R[low])
  gamma <- outer(seq_len(nrow(low)), seq_len(nrow(low)), Vectorize(function(x, y) { i <- low[x, 1]; j <- low[x, 2]; k <- low[y, 1]; l <- low[y, 2]
    R[i, k] * R[j, l] + R[i, l] * R[j, k] }))
  one <- gradient(first); two <- gradient(second)
  drop(one %*% gamma %*% two) / sqrt(drop(one %*% gamma %*% one) * drop(two %*% gamma %*% two))
}
zou <- function(r1, n1, r2, n2, c, level = .95) {
  ends <- function(r, n) tanh(atanh(r) + c(-1, 1) * qnorm((1 + level) / 2) / sqrt(n - 3)); x <- ends(r1, n1); y <- ends(r2, n2)
  c(r1 - r2 - sqrt((r1 - x[1])^2 + (y[2] - r2)^2 - 2 * c * (r1 - x[1]) * (y[2] - r2)),
    r1 - r2 + sqrt((x[2] - r1)^2 + (r2 - y[1])^2 - 2 * c * (x[2] - r1) * (r2 - y[1])))
}
meng <- function(r1, r2, rx, n) { m <- mean(c(r1^2, r2^2)); f <- min(1, (1 - rx) / (2 * (1 - m)))
  (atanh(r1) - atanh(r2)) * sqrt((n - 3) / (2 * (1 - rx) * (1 - f * m) / (1 - m))) }
dependent <- function(r12, r13, r23, n) {
  R <- matrix(c(1, r12, r13, r12, 1, r23, r13, r23, 1), 3); pooled <- (r12 + r13) / 2
  at_pooled <- matrix(c(1, pooled, pooled, pooled, 1, r23, pooled, r23, 1), 3)
  williams <- r.test(n, r12 = r12, r13 = r13, r23 = r23)
  list(r12 = r12, r13 = r13, r23 = r23, n = n, williams = list(statistic = williams$t, p = williams$p),
    steiger = list(statistic = (atanh(r12) - atanh(r13)) * sqrt((n - 3) / (2 - 2 * together(at_pooled, 1:2, c(1, 3))))),
    meng = list(statistic = meng(r12, r13, r23, n)), ci = zou(r12, n, r13, n, together(R, 1:2, c(1, 3))))
}
four <- function(R, n) {
  test <- r.test(n, r12 = R[1, 2], r34 = R[3, 4], r23 = R[2, 3], r13 = R[1, 3], r14 = R[1, 4], r24 = R[2, 4])
  list(r = c(R[1, 2], R[3, 4], R[1, 3], R[1, 4], R[2, 3], R[2, 4]), n = n, statistic = test$z, p = test$p,
       ci = zou(R[1, 2], n, R[3, 4], n, together(R, 1:2, 3:4)))
}
apart <- function(r1, n1, r2, n2) { test <- r.test(n1, r12 = r1, r34 = r2, n2 = n2)
  list(r1 = r1, n1 = n1, r2 = r2, n2 = n2, statistic = test$z, p = test$p, ci = zou(r1, n1, r2, n2, 0), ci_90 = zou(r1, n1, r2, n2, 0, .9)) }
whole <- data[complete.cases(data), ]; R <- cor(whole[, 1:4]); m <- nrow(whole)
groups <- lapply(split(data, data$group), function(d) { d <- d[complete.cases(d$a, d$b), ]; list(n = nrow(d), r = cor(d$a, d$b)) })
z <- sapply(groups, function(g) atanh(g$r)); w <- sapply(groups, function(g) g$n - 3); q <- sum(w * (z - weighted.mean(z, w))^2)

# Correction: by the delta method with numerical derivatives, by simulation, and of items by lavaan.
delta <- function(r, se, x, sx, y, sy) { f <- function(v) v[1] / sqrt(v[2] * v[3]); g <- grad(f, c(r, x, y))
  list(r = r, n = round(1 / se^2 + 3), x = x, sx = sx, y = y, sy = sy, estimate = f(c(r, x, y)), standard_error = sqrt(sum((g * c((1 - r^2) * se, sx, sy))^2))) }
drawn <- { k <- 4e6; r <- tanh(atanh(.3) + rnorm(k) / sqrt(197)); x <- 1 - .2 * exp(rnorm(k) * .05 / .2); y <- 1 - .3 * exp(rnorm(k) * .04 / .3)
  unname(quantile(r / sqrt(x * y), c(.025, .975))) }
N <- 150; f1 <- rnorm(N); f2 <- .5 * f1 + rnorm(N); item <- function(f, l) round(l * f + rexp(N) - 1, 2)
items <- data.frame(x1 = item(f1, 1), x2 = item(f1, .8), x3 = item(f1, .6), y1 = item(f2, .9), y2 = item(f2, .7))
alpha_of <- function(prefix, names) { k <- length(names); pairs <- combn(k, 2); label <- function(i, j) paste0("c_", names[i], "_", names[j])
  paste0(k / (k - 1), " * 2 * (", paste(label(pairs[1, ], pairs[2, ]), collapse = " + "), ") / ", prefix, "_total") }
total_of <- function(names) { k <- length(names); pairs <- combn(k, 2)
  paste0(paste0("v_", names, collapse = " + "), " + 2 * (", paste0("c_", names[pairs[1, ]], "_", names[pairs[2, ]], collapse = " + "), ")") }
all <- names(items); cells <- combn(5, 2)
model <- paste(c(paste0(all, " ~~ v_", all, " * ", all), paste0(all[cells[1, ]], " ~~ c_", all[cells[1, ]], "_", all[cells[2, ]], " * ", all[cells[2, ]]),
  paste("x_total :=", total_of(all[1:3])), paste("y_total :=", total_of(all[4:5])),
  paste("alpha_x :=", alpha_of("x", all[1:3])), paste("alpha_y :=", alpha_of("y", all[4:5])),
  paste("r := (", paste0("c_", rep(all[1:3], each = 2), "_", all[4:5], collapse = " + "), ") / sqrt(x_total * y_total)"),
  "corrected := r / sqrt(alpha_x * alpha_y)"), collapse = "\n")
found <- parameterEstimates(sem(model, items, meanstructure = TRUE, se = "robust.sem", likelihood = "normal")); found <- found[found$op == ":=", ]
of_items <- setNames(lapply(c("alpha_x", "alpha_y", "r", "corrected"), function(l) list(estimate = found$est[found$lhs == l], se = found$se[found$lhs == l])),
                     c("alpha_x", "alpha_y", "r", "corrected"))

output <- list(source = list(R = R.version.string, psych = as.character(packageVersion("psych")), lavaan = as.character(packageVersion("lavaan")),
    numDeriv = as.character(packageVersion("numDeriv")), script = "comparing.R"),
  overlapping = list(dependent(.5, .3, .4, 80), dependent(-.2, .35, -.1, 60), dependent(.1, .12, .8, 500), dependent(.75, .4, .2, 25)),
  nonoverlapping = list(four(matrix(c(1, .5, .3, .1, .5, 1, .2, .25, .3, .2, 1, .2, .1, .25, .2, 1), 4), 70), four(R, m)),
  independent = list(apart(.5, 100, .2, 120), apart(-.3, 40, .1, 33)),
  data = as.list(data), rows = m, r = R, groups = groups, homogeneity = list(q = q, df = 2, p = pchisq(q, 2, lower.tail = FALSE)),
  delta = list(delta(.3, 1 / sqrt(197), .8, .02, .9, 0), delta(-.45, 1 / sqrt(57), .7, .05, .62, .07), delta(0, .1, .8, .05, 1, 0)),
  drawn = drawn, correct = correct.cor(matrix(c(1, .3, .3, 1), 2), c(.8, .7))[1, 2], items = as.list(items), of_items = of_items)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
