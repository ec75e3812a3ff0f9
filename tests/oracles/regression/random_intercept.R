# Oracle of survey_stats.statistics.regression: random intercepts by REML. See ../README.md.
# Usage: Rscript random_intercept.R random_intercept.json
suppressPackageStartupMessages({library(nlme); library(lme4); library(lmerTest); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(88)
days <- sample(1:7, 60, TRUE); days[1:2] <- 1; person <- rep(seq_along(days), days); n <- length(person)
data <- data.frame(person, shyness = round(rnorm(60)[person], 2), minutes = round(rexp(n, 1 / 60)), country = c("de", "no")[1 + person %% 2])
data$mood <- round(.02 * data$minutes / 10 - .4 * data$shyness + .3 * (data$country == "no") + rnorm(60)[person] + rnorm(n, sd = 1.3), 2)
data$flat <- round(.3 * data$shyness + rnorm(n), 2)
data$flat <- data$flat - ave(data$flat, data$person) + .001 * data$shyness  # less variance between persons than by chance
data$mood[5] <- NA; data$person[9] <- NA
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-14, maxfun = 1e6))
fit <- lmer(mood ~ shyness + minutes + country + (1 | person), data, REML = TRUE, control = control)
found <- summary(fit, ddf = "Satterthwaite")$coefficients
other <- lme(mood ~ shyness + minutes + country, random = ~ 1 | person, data = na.omit(data), method = "REML",
             control = lmeControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500))
variances <- as.data.frame(VarCorr(fit))$vcov
fixed <- drop(model.matrix(fit) %*% fixef(fit))
none <- lm(mood ~ shyness + minutes + country, na.omit(data))
likelihood_ratio <- 2 * (as.numeric(logLik(fit)) - as.numeric(logLik(none, REML = TRUE)))
null <- lmer(mood ~ 1 + (1 | person), data, control = control)
contrast <- contest1D(fit, c(0, 1, 0, 1))  # shyness plus country
# the same without lme4's optimiser: dense matrices, the root of the derivative of the profiled deviance
used <- na.omit(data); X <- model.matrix(~ shyness + minutes + country, used); y <- used$mood; Z <- model.matrix(~ 0 + factor(used$person))
parts <- function(ratio) {
  V <- diag(nrow(X)) + ratio * tcrossprod(Z); Vi <- solve(V); A <- t(X) %*% Vi %*% X; b <- solve(A, t(X) %*% Vi %*% y); r <- y - X %*% b
  list(A = A, b = drop(b), rss = drop(t(r) %*% Vi %*% r), log_det = as.numeric(determinant(V)$modulus + determinant(A)$modulus))
}
free <- nrow(X) - ncol(X)
deviance <- function(ratio, within) { p <- parts(ratio); free * log(within) + p$log_det + p$rss / within }
profile <- function(ratio) deviance(ratio, parts(ratio)$rss / free)
slope <- function(ratio, h = 1e-4) (8 * (profile(ratio + h) - profile(ratio - h)) - (profile(ratio + 2 * h) - profile(ratio - 2 * h))) / (12 * h)
ratio <- uniroot(slope, c(.2, .6), tol = 1e-13)$root
p <- parts(ratio); within <- p$rss / free; covariance <- within * solve(p$A)
second <- function(f, at, i, j, h = 1e-3) { e <- function(k) replace(c(0, 0), k, h); (f(at + e(i) + e(j)) - f(at + e(i) - e(j)) - f(at - e(i) + e(j)) + f(at - e(i) - e(j))) / (4 * h^2) }
f <- function(at) deviance(at[1], at[2]); richardson <- function(i, j) (4 * second(f, c(ratio, within), i, j, 1e-3) - second(f, c(ratio, within), i, j, 2e-3)) / 3
V <- 2 * solve(matrix(c(richardson(1, 1), richardson(1, 2), richardson(1, 2), richardson(2, 2)), 2))
variance <- function(at) at[2] * diag(solve(parts(at[1])$A)); h <- 1e-5
gradient <- cbind((variance(c(ratio + h, within)) - variance(c(ratio - h, within))) / (2 * h), variance(c(0, 1) + c(ratio, 0)))
dense <- list(estimate = unname(p$b), standard_error = unname(sqrt(diag(covariance))), variance_between = ratio * within, variance_within = within,
  df = unname(2 * diag(covariance)^2 / rowSums((gradient %*% V) * gradient)))
output <- list(
  source = list(R = R.version.string, script = "random_intercept.R", nlme = as.character(packageVersion("nlme")),
    lme4 = as.character(packageVersion("lme4")), lmerTest = as.character(packageVersion("lmerTest"))),
  data = as.list(data), n = nobs(fit), n_groups = ngrps(fit)[[1]],
  lmer = list(term = rownames(found), estimate = unname(found[, 1]), standard_error = unname(found[, 2]), df = unname(found[, 3]), p_value = unname(found[, 5])),
  lme = list(estimate = unname(fixef(other)), standard_error = unname(sqrt(diag(vcov(other)))), between = as.numeric(VarCorr(other)[1, 1]), within = as.numeric(VarCorr(other)[2, 1])),
  fit = list(variance_between = variances[1], variance_within = variances[2], log_likelihood = as.numeric(logLik(fit)), icc = variances[1] / sum(variances),
    r_squared_marginal = var(fixed) / (var(fixed) + sum(variances)), r_squared_conditional = (var(fixed) + variances[1]) / (var(fixed) + sum(variances)),
    variance_statistic = likelihood_ratio, variance_p_value = pchisq(likelihood_ratio, 1, lower.tail = FALSE) / 2),
  empty = list(estimate = unname(fixef(null)), standard_error = unname(sqrt(diag(as.matrix(vcov(null))))), icc = { v <- as.data.frame(VarCorr(null))$vcov; v[1] / sum(v) }),
  dense = dense, contrast = list(estimate = contrast$Estimate, standard_error = contrast$"Std. Error", df = contrast$df))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null")
