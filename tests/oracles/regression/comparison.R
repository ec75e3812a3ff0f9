# Oracle of survey_stats.statistics.regression: fit of models, nested models, standardized coefficients. See ../README.md.
# Usage: Rscript comparison.R comparison.json   (reads the data of families.json)
suppressPackageStartupMessages({library(survey); library(MASS); library(sandwich); library(lmtest); library(effectsize); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
data <- as.data.frame(fromJSON("families.json")$data)
strict <- glm.control(epsilon = 1e-15, maxit = 100)
complete <- function(outcome, also = c()) data[complete.cases(data[, c(outcome, "shyness", "age", "country", also)]), ]
test <- function(found) list(statistic = found[2, ncol(found) - 1], p_value = found[2, ncol(found)])
criteria <- function(fit) list(log_likelihood = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit))
pseudo <- function(fit, none) {
  n <- nobs(fit); a <- as.numeric(logLik(fit)); b <- as.numeric(logLik(none))
  list(mcfadden = 1 - a / b, nagelkerke = (1 - exp(2 * (b - a) / n)) / (1 - exp(2 * b / n)))
}

rows <- complete("score", "posts")
small <- lm(score ~ shyness, rows); large <- lm(score ~ shyness + age + country, rows)
linear <- c(criteria(large), list(n = nobs(large), r_squared = summary(large)$r.squared, adjusted_r_squared = summary(large)$adj.r.squared,
  residual_sd = sigma(large), small_r_squared = summary(small)$r.squared,
  f = test(anova(small, large)[, 5:6]), f_df = c(3, df.residual(large)),
  wald_hc3 = test(waldtest(small, large, vcov = function(m) vcovHC(m, "HC3"), test = "F")[, 3:4]),
  wald_cr1 = {  # F with clusters - 1 degrees of freedom
    b <- coef(large)[3:5]; V <- vcovCL(large, rows$person, type = "HC1")[3:5, 3:5]; f <- drop(b %*% solve(V, b)) / 3
    list(statistic = f, p_value = pf(f, 3, length(unique(rows$person)) - 1, lower.tail = FALSE))
  },
  all_terms = {
    b <- coef(large)[-1]; V <- vcovHC(large, "HC3")[-1, -1]; f <- drop(b %*% solve(V, b)) / 4
    list(statistic = f, p_value = pf(f, 4, df.residual(large), lower.tail = FALSE))
  },
  beta = as.data.frame(standardize_parameters(lm(score ~ shyness + age + country, complete("score")), method = "basic"))$Std_Coefficient[-1]))

rows <- complete("active")
small <- glm(active ~ shyness, binomial, rows, control = strict); large <- glm(active ~ shyness + age + country, binomial, rows, control = strict)
logit <- c(criteria(large), pseudo(large, glm(active ~ 1, binomial, rows)), list(ratio = test(lrtest(small, large)[, 4:5])))
rows <- complete("visits")
large <- glm(visits ~ shyness + age + country, poisson, rows, offset = log(hours), control = strict)
poisson_ <- c(criteria(large), pseudo(large, glm(visits ~ 1, poisson, rows, offset = log(hours), control = strict)),
  list(dispersion = sum(residuals(large, "pearson")^2) / df.residual(large)))
rows <- complete("posts")
large <- glm.nb(posts ~ shyness + age + country, rows, control = glm.control(epsilon = 1e-14, maxit = 200))
negative <- c(list(log_likelihood = as.numeric(logLik(large)), alpha = 1 / large$theta, aic = AIC(large)))
rows <- complete("often")
fit <- function(f) polr(f, rows, Hess = FALSE, control = list(reltol = 1e-16, maxit = 1000))
large <- fit(factor(often) ~ shyness + age + country); small <- fit(factor(often) ~ shyness)
ordinal <- c(criteria(large), pseudo(large, fit(factor(often) ~ 1)), list(ratio = {
  x <- 2 * (as.numeric(logLik(large)) - as.numeric(logLik(small))); list(statistic = x, p_value = pchisq(x, 3, lower.tail = FALSE))
}))

# the smaller model tested inside the larger one with the design's covariance
stratified <- svydesign(ids = ~person, strata = ~stratum, weights = ~weight, data = data)
large <- svyglm(active ~ shyness + age + country, stratified, family = quasibinomial(), control = strict)
found <- regTermTest(large, ~ age + country, method = "Wald", df = degf(stratified))
designed <- list(statistic = drop(found$Ftest), df_residual = found$ddf, p_value = drop(found$p))
weighted <- lm(score ~ shyness + age + country, complete("score"), weights = weight)
designed$r_squared <- summary(weighted)$r.squared

versions <- sapply(c("survey", "MASS", "sandwich", "lmtest", "effectsize"), function(name) as.character(packageVersion(name)))
output <- list(source = c(list(R = R.version.string, script = "comparison.R"), as.list(versions)),
  linear = linear, logit = logit, poisson = poisson_, negative_binomial = negative, ordinal = ordinal, design = designed)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
