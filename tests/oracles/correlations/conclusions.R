# Oracle of Bayes factors, power, the smallest detectable correlation and equivalence tests. See ../README.md.
# Usage: Rscript conclusions.R conclusions.json
suppressPackageStartupMessages(library(jsonlite))
arguments <- commandArgs(trailingOnly = TRUE)

# The density of r given rho as an integral over w of 1 / (cosh w - rho r)^(n - 1) (Fisher 1915), up to what is free of rho,
# averaged over the prior: a beta distribution stretched over -1 to 1.
likelihood <- function(rho, r, n) sapply(rho, function(one) (1 - one^2)^((n - 1) / 2) *
  integrate(function(w) exp(-(n - 1) * log(cosh(w) - one * r)), 0, Inf, rel.tol = 1e-12, subdivisions = 2000)$value)
bayes_factor <- function(r, n, kappa) {
  prior <- function(rho) dbeta((rho + 1) / 2, 1 / kappa, 1 / kappa) / 2
  integrand <- function(rho) likelihood(rho, r, n) * prior(rho)
  middle <- tanh(atanh(r)); whole <- integrate(integrand, -1, middle, rel.tol = 1e-11, subdivisions = 2000)$value +
    integrate(integrand, middle, 1, rel.tol = 1e-11, subdivisions = 2000)$value
  whole / likelihood(0, r, n)
}
cases <- expand.grid(r = c(-.4, .02, .15, .6), n = c(5, 23, 100), kappa = c(.5, 1, 2))
cases$bayes_factor <- mapply(bayes_factor, cases$r, cases$n, cases$kappa)

# Power: given x, t of a regression is noncentral; averaged over the chi-square distribution of the sum of squares of x.
power <- function(rho, n, alpha = .05) {
  at <- qt(1 - alpha / 2, n - 2); slope <- abs(rho) / sqrt(1 - rho^2)
  given <- function(w) { shift <- slope * sqrt(w)
    (pt(at, n - 2, shift, lower.tail = FALSE) + pt(-at, n - 2, shift)) * dchisq(w, n - 1) }
  ends <- qchisq(c(1e-14, .5, 1 - 1e-14), n - 1)
  integrate(given, ends[1], ends[2], rel.tol = 1e-10, subdivisions = 2000)$value +
    integrate(given, ends[2], ends[3], rel.tol = 1e-10, subdivisions = 2000)$value
}
powers <- expand.grid(r = c(.05, .1, .3, .7), n = c(4, 12, 60, 400)); powers$power <- mapply(power, powers$r, powers$n)
strict <- power(.2, 150, .005)
detectable <- sapply(c(10, 84, 300, 2000), function(n) uniroot(function(r) power(r, n) - .8, c(.001, .999), tol = 1e-12)$root)
needed <- sapply(c(.07, .1, .26, .5), function(r) { n <- 4; step <- 512
  while (step >= 1) { while (power(r, n + step) < .8) n <- n + step; step <- step / 2 }; n + 1 })
bonett_wright <- function(rho, n, alpha = .05) { root <- sqrt(n - 3); z <- atanh(rho) * root; s <- sqrt(1 + rho^2 / 2)
  pnorm((z - qnorm(1 - alpha / 2)) / s) + pnorm((-z - qnorm(1 - alpha / 2)) / s) }

# Equivalence and minimum effect: one-sided tests on Fisher's z.
tested <- function(r, n, lower, upper, expected) {
  z <- (atanh(r) - atanh(c(lower, upper))) * sqrt(n - 3)
  minimum <- c(positive = pnorm(z[2], lower.tail = FALSE), negative = pnorm(z[1]))
  list(r = r, n = n, lower = lower, upper = upper, expected = expected, ci = tanh(atanh(r) + c(-1, 1) * qnorm(.95) / sqrt(n - 3)),
    equivalence = max(pnorm(z[1], lower.tail = FALSE), pnorm(z[2])), minimum = if (expected == "either") min(minimum) else minimum[[expected]])
}
effects <- list(tested(.3, 200, -.1, .1, "positive"), tested(.06, 3000, -.1, .1, "positive"), tested(-.3, 200, -.1, .1, "positive"),
  tested(-.3, 200, -.1, .1, "negative"), tested(.12, 100, -.1, .1, "positive"), tested(-.3, 200, -.1, .15, "either"))
output <- list(source = list(R = R.version.string, script = "conclusions.R"), bayes = cases, power = powers, strict = strict,
  detectable = data.frame(n = c(10, 84, 300, 2000), r = detectable), needed = data.frame(r = c(.07, .1, .26, .5), n = needed),
  spearman = bonett_wright(.3, 80), effects = effects)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
