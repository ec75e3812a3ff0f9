# Oracle of survey_stats.statistics.regression: families, standard errors of rows, clusters and designs. See ../README.md.
# Usage: Rscript families.R families.json
suppressPackageStartupMessages({library(survey); library(MASS); library(sandwich); library(clubSandwich); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
options(survey.lonely.psu = "fail")
strict <- glm.control(epsilon = 1e-15, maxit = 100)
table_of <- function(estimate, covariance, df = NA) {
  se <- unname(sqrt(diag(covariance)))
  list(term = names(estimate), estimate = unname(estimate), standard_error = se, df = df)
}

set.seed(71)
n <- 300; person <- rep(1:30, each = 10); level <- rnorm(30)[person]
data <- data.frame(person, stratum = (person - 1) %/% 10 + 1, weight = round(runif(n, .5, 3), 2),
                   shyness = round(level + rnorm(n), 2), age = sample(18:60, n, TRUE),
                   country = sample(c("de", "in", "no"), n, TRUE), hours = round(runif(n, 1, 8), 1))
eta <- .4 - .3 * data$shyness + .01 * data$age + .3 * (data$country == "in") + .3 * level
data$score <- round(eta + rnorm(n) * (1 + .5 * abs(data$shyness)), 2)
data$active <- rbinom(n, 1, plogis(eta))
data$posts <- rnbinom(n, mu = exp(eta), size = 1.5)
data$visits <- rpois(n, data$hours * exp(eta - 1))
data$often <- as.integer(cut(1.5 * eta + rlogis(n), c(-Inf, 0, 1, 2.5, Inf)))
data$minutes <- round(rbinom(n, 1, plogis(eta)) * rgamma(n, 2, 2 / exp(2 + eta)), 1)
data$posts[c(4, 90)] <- NA; data$shyness[c(7, 91)] <- NA; data$country[12] <- NA
right <- "shyness + age + country"
needed <- c("shyness", "age", "country")
used <- function(outcome) complete.cases(data[, c(outcome, needed)])
model <- function(outcome) as.formula(paste(outcome, "~", right))

linear <- lm(model("score"), data[used("score"), ])
logit <- glm(model("active"), binomial, data[used("active"), ], control = strict)
poisson_ <- glm(model("visits"), poisson, data[used("visits"), ], offset = log(hours), control = strict)
of_rows <- function(fit) sapply(c("HC0", "HC1", "HC3"), function(type) unname(sqrt(diag(vcovHC(fit, type = type)))), simplify = FALSE)
rows <- list(linear = c(list(model = unname(sqrt(diag(vcov(linear))))), of_rows(linear)),
             logit = c(list(model = unname(sqrt(diag(vcov(logit))))), of_rows(logit)),
             poisson = c(list(model = unname(sqrt(diag(vcov(poisson_))))), of_rows(poisson_)))
clustered <- lapply(c(CR2 = "CR2", CR3 = "CR3"), function(type) {
  found <- coef_test(linear, vcovCR(linear, person[used("score")], type), test = "Satterthwaite")
  list(standard_error = found$SE, df = found$df_Satt)
})
logit_cr3 <- unname(sqrt(diag(vcovCR(logit, person[used("active")], "CR3"))))

# ordinal: polr's likelihood maximised further, because polr stops early; the information by MASS's analytic gradient
ordinal_data <- data[used("often"), ]
ordinal <- polr(factor(often) ~ shyness + age + country, ordinal_data, Hess = TRUE, control = list(reltol = 1e-16, maxit = 1000))
X <- model.matrix(ordinal)[, -1]
ordinal_likelihood <- function(theta) {
  cuts <- c(-Inf, theta[5:7], Inf); eta <- drop(X %*% theta[1:4])
  sum(log(plogis(cuts[ordinal_data$often + 1] - eta) - plogis(cuts[ordinal_data$often] - eta)))
}
ordinal_gradient <- function(theta, sum_up = TRUE) {
  cuts <- c(-Inf, theta[5:7], Inf); eta <- drop(X %*% theta[1:4]); y <- ordinal_data$often
  p <- plogis(cuts[y + 1] - eta) - plogis(cuts[y] - eta)
  up <- dlogis(cuts[y + 1] - eta) / p; low <- dlogis(cuts[y] - eta) / p
  scores <- cbind(-X * (up - low), sapply(1:3, function(j) up * (y == j) - low * (y == j + 1)))
  if (sum_up) colSums(scores) else scores
}
central <- function(f, at, h = 1e-5) sapply(seq_along(at), function(j) {  # fourth order
  e <- replace(numeric(length(at)), j, h * max(1, abs(at[j]))); s <- e[j]
  (8 * (f(at + e) - f(at - e)) - (f(at + 2 * e) - f(at - 2 * e))) / (12 * s)
})
newton <- function(theta, gradient) { for (i in 1:10) theta <- theta - solve(central(gradient, theta), gradient(theta)); theta }
theta <- newton(c(coef(ordinal), ordinal$zeta), ordinal_gradient)
bread <- solve(-central(ordinal_gradient, theta)); scores <- ordinal_gradient(theta, FALSE)
ordinal_out <- list(term = names(c(coef(ordinal), ordinal$zeta)), estimate = unname(theta), log_likelihood = ordinal_likelihood(theta),
  polr = unname(c(coef(ordinal), ordinal$zeta)), polr_standard_error = unname(sqrt(diag(vcov(ordinal)))),
  standard_error = list(model = sqrt(diag(bread)), HC0 = sqrt(diag(bread %*% crossprod(scores) %*% bread))))
# the jackknife to first order: (A - A_i)⁻¹ s_i with each row's own second derivatives
own <- lapply(seq_len(nrow(X)), function(i) -central(function(t) ordinal_gradient(t, FALSE)[i, ], theta))
A <- Reduce(`+`, own)
leave <- t(sapply(seq_along(own), function(i) solve(A - own[[i]], scores[i, ])))
ordinal_out$standard_error$HC3 <- sqrt(diag(crossprod(leave)))

# negative binomial: glm.nb iterates to the end in β and θ; the information of both together by deriv3
counts <- data[used("posts"), ]
negative <- glm.nb(model("posts"), counts, control = glm.control(epsilon = 1e-14, maxit = 200))
nb <- deriv3(~ lgamma(y + exp(-a)) - lgamma(exp(-a)) - lgamma(y + 1) - exp(-a) * log(1 + exp(a + eta)) + y * (a + eta) - y * log(1 + exp(a + eta)),
             c("eta", "a"), function(y, eta, a) NULL)
Z <- model.matrix(negative)
nb_parts <- function(theta) {
  found <- nb(counts$posts, drop(Z %*% theta[1:5]), theta[6]); g <- attr(found, "gradient"); h <- attr(found, "hessian")
  list(value = sum(found), scores = cbind(Z * g[, 1], g[, 2]),
       information = -rbind(cbind(crossprod(Z, Z * h[, 1, 1]), colSums(Z * h[, 1, 2])), c(colSums(Z * h[, 1, 2]), sum(h[, 2, 2]))))
}
theta <- c(coef(negative), -log(negative$theta))
for (i in 1:20) { part <- nb_parts(theta); theta <- theta + solve(part$information, colSums(part$scores)) }
part <- nb_parts(theta); bread <- solve(part$information)
negative_out <- list(estimate = unname(theta), glm_nb = unname(c(coef(negative), -log(negative$theta))), log_likelihood = part$value,
  glm_nb_log_likelihood = as.numeric(logLik(negative)),
  standard_error = list(model = sqrt(diag(bread)), HC0 = sqrt(diag(bread %*% crossprod(part$scores) %*% bread))))

# two parts, fitted apart; HC3 of each part is that of the joint model, because no row's curvature has a cross term
time <- data[used("minutes"), ]
any_ <- glm(model("I(minutes > 0)"), binomial, time, control = strict)
amount <- glm(model("minutes"), Gamma("log"), subset(time, minutes > 0), control = strict)
logged <- lm(model("log(minutes)"), subset(time, minutes > 0))
both <- function(f) c(unname(f(any_)), unname(f(amount)))
two_part <- list(estimate = both(coef), HC3 = both(function(fit) sqrt(diag(vcovHC(fit, type = "HC3")))),
  HC0 = both(function(fit) sqrt(diag(vcovHC(fit, type = "HC0")))), model = both(function(fit) sqrt(diag(vcov(fit)))),
  lognormal = unname(coef(logged)), lognormal_HC3 = unname(sqrt(diag(vcovHC(logged, type = "HC3")))),
  lognormal_model = unname(sqrt(diag(vcov(logged)))))

# designs: the whole sample with its missing values; survey leaves those rows out of the model and keeps the design
stratified <- svydesign(ids = ~person, strata = ~stratum, weights = ~weight, data = data)
jackknife <- as.svrepdesign(stratified, type = "JKn", mse = TRUE)
set.seed(5)
bootstrap <- as.svrepdesign(stratified, type = "subbootstrap", replicates = 40, mse = TRUE)
designed <- function(outcome, family) lapply(list(linearized = stratified, jackknife = jackknife, bootstrap = bootstrap), function(design) {
  fit <- if (inherits(design, "svyrep.design")) svyglm(model(outcome), design, family = family, control = strict)
         else svyglm(model(outcome), design, family = family, control = strict)
  c(table_of(coef(fit), vcov(fit), degf(design)), list(p_value = unname(summary(fit, df.resid = degf(design))$coefficients[, 4])))
})
svy_ordinal <- svyolr(factor(often) ~ shyness + age + country, stratified, method = "logistic")
svy_amount <- svyglm(model("minutes"), subset(stratified, minutes > 0), family = Gamma("log"), control = strict)
svy_any <- svyglm(model("I(minutes > 0)"), stratified, family = quasibinomial(), control = strict)
designs <- list(score = designed("score", gaussian()), active = designed("active", quasibinomial()),
  posts = designed("posts", quasipoisson()),
  ordinal = list(term = names(c(coef(svy_ordinal))), estimate = unname(coef(svy_ordinal)), standard_error = unname(SE(svy_ordinal))),
  minutes = list(estimate = unname(c(coef(svy_any), coef(svy_amount))), standard_error = unname(c(SE(svy_any), SE(svy_amount)))))

versions <- sapply(c("survey", "MASS", "sandwich", "clubSandwich"), function(name) as.character(packageVersion(name)))
output <- list(source = c(list(R = R.version.string, script = "families.R"), as.list(versions)),
  data = as.list(data), jackknife = list(weights = weights(jackknife, "analysis"), rscales = jackknife$rscales * jackknife$scale),
  bootstrap = list(weights = weights(bootstrap, "analysis"), scale = bootstrap$scale, rscales = bootstrap$rscales),
  linear = list(estimate = unname(coef(linear)), n = nobs(linear)), logit = list(estimate = unname(coef(logit))),
  poisson = list(estimate = unname(coef(poisson_)), n = nobs(poisson_)),
  rows = rows, clustered = clustered, logit_cr3 = logit_cr3, ordinal = ordinal_out, negative_binomial = negative_out,
  two_part = two_part, designs = designs)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null")
