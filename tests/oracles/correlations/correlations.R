# Oracle of survey_stats.statistics.correlations. See ../README.md.
# Usage: Rscript correlations.R correlations.json
suppressPackageStartupMessages({library(psych); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

bonett_wright <- function(r, n, level) {
  se <- sqrt((1 + r^2 / 2) / (n - 3)); z <- qnorm((1 + level) / 2)
  list(se = se, ci = tanh(atanh(r) + c(-1, 1) * z * se))
}

# tau-b from the full matrices of signs, its delta-method standard error, and the delete-one jackknife.
signs <- function(v) sign(outer(v, v, "-"))
tau_b <- function(x, y) { a <- signs(x); b <- signs(y); sum(a * b) / sqrt(sum(a^2) * sum(b^2)) }
kendall_se <- function(x, y) {
  n <- length(x); a <- signs(x); b <- signs(y)
  kernels <- cbind(rowSums(a * b), rowSums(a^2), rowSums(b^2)) / (n - 1)
  means <- colMeans(kernels)
  gradient <- c(1 / sqrt(means[2] * means[3]), -means[1] / (2 * means[2]^1.5 * means[3]^.5),
                -means[1] / (2 * means[2]^.5 * means[3]^1.5))
  covariance <- 4 * (n - 1) / (n * (n - 2)^2) * crossprod(sweep(kernels, 2, means))
  sqrt(drop(t(gradient) %*% covariance %*% gradient))
}
jackknife_se <- function(x, y) {
  n <- length(x); left_out <- sapply(1:n, function(i) tau_b(x[-i], y[-i]))
  sqrt((n - 1) / n * sum((left_out - mean(left_out))^2))
}

pair_figures <- function(x, y, level = .95) {
  both <- complete.cases(x, y); x <- x[both]; y <- y[both]; n <- length(x)
  pearson <- cor.test(x, y, conf.level = level)
  spearman <- suppressWarnings(cor.test(x, y, method = "spearman", exact = FALSE))
  kendall <- suppressWarnings(cor.test(x, y, method = "kendall", exact = FALSE))
  rho <- spearman$estimate[[1]]; tau <- kendall$estimate[[1]]
  bonett <- bonett_wright(rho, n, level)
  tau_se <- kendall_se(x, y); z <- qnorm((1 + level) / 2)
  list(n = n,
    pearson = list(estimate = pearson$estimate[[1]], ci_lower = pearson$conf.int[1], ci_upper = pearson$conf.int[2],
      standard_error = 1 / sqrt(n - 3), statistic = pearson$statistic[[1]], df = pearson$parameter[[1]],
      p_value = pearson$p.value),
    spearman = list(estimate = rho, ci_lower = bonett$ci[1], ci_upper = bonett$ci[2], standard_error = bonett$se,
      statistic = rho * sqrt((n - 2) / (1 - rho^2)), df = n - 2, p_value = spearman$p.value),
    kendall = list(estimate = tau, ci_lower = tanh(atanh(tau) - z * tau_se / (1 - tau^2)),
      ci_upper = tanh(atanh(tau) + z * tau_se / (1 - tau^2)), standard_error = tau_se / (1 - tau^2),
      statistic = kendall$statistic[[1]], p_value = kendall$p.value),
    tau_se = tau_se, tau_jackknife_se = jackknife_se(x, y))
}

set.seed(30)
n <- 60; trait <- rnorm(n)
data <- data.frame(shyness = round(trait + rnorm(n), 3), posts = round(exp(-.5 * trait + rnorm(n)), 3),
                   likes = findInterval(.8 * trait + rnorm(n), c(-1, 0, 1, 1.5)) + 1,
                   views = findInterval(-.6 * trait + rnorm(n), c(-.5, .5, 1, 1.8)) + 1)
data$posts[c(3, 11, 40)] <- NA; data$likes[c(5, 11, 22, 59)] <- NA
small <- data.frame(x = c(1, 2, 3, 4), y = c(2, 1, 4, 3.5))
names_of <- combn(names(data), 2, simplify = FALSE)
pairs <- lapply(names_of, function(p) c(list(x = p[1], y = p[2]), pair_figures(data[[p[1]]], data[[p[2]]])))
p_values <- function(method) sapply(pairs, function(pair) pair[[method]]$p_value)
adjusted <- lapply(c(pearson = "pearson", spearman = "spearman", kendall = "kendall"), function(method)
  list(holm = p.adjust(p_values(method), "holm"), bonferroni = p.adjust(p_values(method), "bonferroni"),
       fdr_by = p.adjust(p_values(method), "BY")))
test <- corr.test(data, adjust = "holm")
psych_holm <- sapply(names_of, function(p) {
  place <- sort(match(p, names(data))); test$p[place[1], place[2]] })

# Population values on five-point scores cut from a bivariate normal, by integrating cell probabilities.
cell_values <- function(rho, cuts) {
  edges <- c(-Inf, cuts, Inf); k <- length(edges) - 1
  below <- function(a, b) if (a == -Inf || b == -Inf) 0 else
    integrate(function(u) dnorm(u) * pnorm((b - rho * u) / sqrt(1 - rho^2)), -Inf, a, rel.tol = 1e-12)$value
  cdf <- outer(1:(k + 1), 1:(k + 1), Vectorize(function(i, j) below(edges[i], edges[j])))
  cell <- cdf[-1, -1] - cdf[-(k + 1), -1] - cdf[-1, -(k + 1)] + cdf[-(k + 1), -(k + 1)]
  px <- rowSums(cell); py <- colSums(cell); mx <- cumsum(px) - px / 2; my <- cumsum(py) - py / 2
  grid <- expand.grid(i = 1:k, j = 1:k, a = 1:k, b = 1:k)
  score <- with(grid, sum(sign(i - a) * sign(j - b) * cell[cbind(i, j)] * cell[cbind(a, b)]))
  spearman <- (sum(cell * outer(mx, my)) - sum(px * mx) * sum(py * my)) /
    sqrt((sum(px * mx^2) - sum(px * mx)^2) * (sum(py * my^2) - sum(py * my)^2))
  list(rho = rho, cuts = cuts, spearman = spearman, kendall = score / sqrt((1 - sum(px^2)) * (1 - sum(py^2))))
}
cuts <- c(-1, -.2, .5, 1.3)

# Exact p of ranks: cor.test where it has one, else all n! orders written out.
orders <- function(n) if (n == 1) matrix(1) else { p <- orders(n - 1)
  do.call(rbind, lapply(1:n, function(k) cbind(k, p + (p >= k)))) }
share_as_far <- function(x, y, statistic) {
  all <- apply(orders(length(x)), 1, function(o) statistic(x, y[o]))
  mean(abs(all) > abs(statistic(x, y)) - 1e-9)
}
exact_figures <- function(x, y) {
  tied <- anyDuplicated(x) > 0 || anyDuplicated(y) > 0
  figure <- function(method, statistic) {
    if (tied) return(list(estimate = statistic(x, y), p_value = share_as_far(x, y, statistic)))
    test <- cor.test(x, y, method = method, exact = TRUE)
    list(estimate = test$estimate[[1]], p_value = test$p.value)
  }
  list(data = list(x = x, y = y), n = length(x),
       spearman = figure("spearman", function(a, b) cor(a, b, method = "spearman")), kendall = figure("kendall", tau_b))
}
exact <- list(exact_figures(c(1, 2, 3, 4, 5), c(1, 2, 3, 5, 4)), exact_figures(1:6, c(1, 2, 3, 4, 6, 5)),
  exact_figures(1:6, c(2, 1, 4, 3, 6, 5)), exact_figures(small$x, small$y), exact_figures(1:5, 5:1),
  exact_figures(1:9, c(3, 1, 2, 7, 4, 9, 5, 8, 6)), exact_figures(c(1, 1, 2, 3, 3, 5), c(2, 1, 1, 4, 3, 5)),
  exact_figures(c(1, 2, 2, 2, 4, 5, 5), c(3, 1, 1, 2, 2, 5, 2)))

output <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych")), script = "correlations.R"),
  data = as.list(data), pairs = pairs, adjusted = adjusted, psych_holm = psych_holm,
  confidence_90 = pair_figures(data$shyness, data$posts, .90),
  small = c(list(data = as.list(small)), pair_figures(small$x, small$y)),
  exact = exact, population = list(cell_values(.3, cuts), cell_values(.6, cuts)))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
