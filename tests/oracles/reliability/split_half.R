# Oracle of the split-half coefficients, errors of measurement and weighted samples. See ../README.md.
# Usage: Rscript split_half.R reliability.json FOLDER_WITH_PSYCH_R_CSV split_half.json
suppressPackageStartupMessages({library(psych); library(survey); library(numDeriv); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
made <- fromJSON(arguments[1])$made
as_data <- function(block) as.data.frame(block$data)

spearman_brown <- function(S) {  # odd against even; halves of unequal length by Horst (1951)
  p <- ncol(S); a <- as.numeric(seq_len(p) %% 2 == 1); b <- 1 - a
  r <- c(a %*% S %*% b) / sqrt(c(a %*% S %*% a) * c(b %*% S %*% b)); q <- sum(a) / p
  if (sum(a) == sum(b)) return(2 * r / (1 + r))
  (r * sqrt(r^2 + 4 * q * (1 - q) * (1 - r^2)) - r^2) / (2 * q * (1 - q) * (1 - r^2))
}
lambda4 <- function(S, half) { a <- numeric(ncol(S)); a[half] <- 1; 4 * c(a %*% S %*% (1 - a)) / sum(S) }
odd_even <- function(S) lambda4(S, seq(1, ncol(S), 2))
every <- function(S) combn(ncol(S), ncol(S) %/% 2, function(half) lambda4(S, half))  # even numbers: each split twice
raw_alpha <- function(S) ncol(S) / (ncol(S) - 1) * (1 - sum(diag(S)) / sum(S))
sem_alpha <- function(S) sqrt(sum(S) * (1 - raw_alpha(S))) / ncol(S)
statistics <- list(alpha = raw_alpha, alpha_standardized = function(S) raw_alpha(cov2cor(S)),
  split_half = spearman_brown, guttman_lambda4 = odd_even, split_half_average = function(S) mean(every(S)),
  split_half_worst = function(S) min(every(S)), split_half_best = function(S) max(every(S)), sem_alpha = sem_alpha)

full <- function(cells, p) { S <- diag(p); S[lower.tri(S, TRUE)] <- cells; S[upper.tri(S)] <- t(S)[upper.tri(S)]; S }
gradient <- function(f, S) grad(function(cells) f(full(cells, ncol(S))), S[lower.tri(S, TRUE)])
adf_se <- function(data, f) {
  data <- as.matrix(data); n <- nrow(data); S <- cov(data); at <- which(lower.tri(S, TRUE), arr.ind = TRUE)
  centred <- sweep(data, 2, colMeans(data))
  deviation <- sweep(centred[, at[, 1]] * centred[, at[, 2]], 2, S[at])
  sqrt(sum((deviation %*% gradient(f, S))^2) / (n * (n - 1)))
}
figures <- function(data) {
  data <- na.omit(data); S <- cov(data)
  list(n = nrow(data), estimate = lapply(statistics, function(f) f(S)), se = lapply(statistics, function(f) adf_se(data, f)))
}
psych_figures <- function(data) {
  fit <- splitHalf(na.omit(data), covar = TRUE, check.keys = FALSE)
  list(split_half_best = fit$maxrb, split_half_worst = fit$minrb, split_half_average = fit$meanr, alpha = fit$alpha)
}
bca <- function(data, f, draws) {
  data <- as.matrix(data); n <- nrow(data); estimate <- f(cov(data))
  resampled <- replicate(draws, f(cov(data[sample.int(n, replace = TRUE), ])))
  left_out <- sapply(1:n, function(i) f(cov(data[-i, ]))); pull <- mean(left_out) - left_out
  acceleration <- sum(pull^3) / (6 * sum(pull^2)^1.5)
  bias <- qnorm(mean(resampled < estimate)); shifted <- bias + qnorm(c(.025, .975))
  list(limits = quantile(resampled, pnorm(bias + shifted / (1 - acceleration * shifted)), names = FALSE), se = sd(resampled))
}

# A sample with weights, strata and clusters: survey's covariances and their covariance, then the delta method.
design_figures <- function(data) {
  set.seed(30); n <- nrow(data); items <- names(data)
  data$weight <- round(runif(n, .5, 4), 2); data$stratum <- rep(1:4, length.out = n); data$cluster <- rep(1:30, each = n / 30)
  data$stratum <- (data$cluster - 1) %/% 8 + 1
  formula <- as.formula(paste("~", paste(items, collapse = "+")))
  design <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = data)
  found <- svyvar(formula, design); S <- matrix(c(found), length(items)); V <- vcov(found)
  whole <- function(f) { g <- grad(function(cells) f(matrix(cells, ncol(S))), c(S)); sqrt(c(g %*% V %*% g)) }
  jackknife <- as.svrepdesign(design, type = "JKn")
  each <- function(f) SE(withReplicates(jackknife, function(w, frame) {
    kept <- w > 0; f(cov.wt(frame[kept, items], w[kept] / sum(w), method = "ML")$cov * sum(kept) / (sum(kept) - 1)) }))
  list(weight = data$weight, stratum = data$stratum, cluster = data$cluster, df = degf(design),
       svycralpha = c(svycralpha(formula, design)), mean = c(coef(svymean(formula, design))), sd = sqrt(diag(S)),
       estimate = lapply(statistics, function(f) f(S)), se = lapply(statistics, whole),
       jackknife_se = lapply(statistics[c("alpha", "split_half", "sem_alpha")], function(f) c(each(f))))
}

set.seed(31)
skewed <- as_data(made$skewed); four <- skewed[, 1:4]
bfi <- read.csv(file.path(arguments[2], "bfi.csv"), row.names = 1)[, c(paste0("A", 1:5), paste0("N", 1:5))]
bfi$A1 <- 7 - bfi$A1
output <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych")),
                survey = as.character(packageVersion("survey")), script = "split_half.R"),
  skewed = c(figures(skewed), list(bca = lapply(statistics[c("split_half", "split_half_best", "split_half_worst", "sem_alpha")],
                                                function(f) bca(skewed, f, 20000)))),
  four = c(figures(four), list(psych = psych_figures(four))),
  bfi = c(figures(bfi), list(psych = psych_figures(bfi))),
  design = design_figures(skewed))
write_json(output, arguments[3], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
