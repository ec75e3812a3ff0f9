# Oracle of survey_stats.statistics.regression: predicted means, average marginal effects, test of proportional odds.
# See ../README.md. Usage: Rscript margins.R margins.json   (reads families.json)
suppressPackageStartupMessages({library(survey); library(sandwich); library(MASS); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
source <- fromJSON("families.json"); data <- as.data.frame(source$data)
strict <- glm.control(epsilon = 1e-15, maxit = 100)
complete <- function(outcome) data[complete.cases(data[, c(outcome, "shyness", "age", "country")]), ]
right <- ~ shyness + age + country
matrix_of <- function(rows, ...) { for (name in names(list(...))) rows[[name]] <- list(...)[[name]]; rows$country <- factor(rows$country, c("de", "in", "no")); model.matrix(right, rows) }
jacobian <- function(f, b, h = 1e-4) sapply(seq_along(b), function(j) { e <- replace(0 * b, j, h * max(abs(b[j]), .1)); s <- e[j]
  (8 * (f(b + e) - f(b - e)) - (f(b + 2 * e) - f(b - 2 * e))) / (12 * s) })
delta <- function(f, b, V) { g <- jacobian(f, b); list(estimate = f(b), standard_error = sqrt(drop(g %*% V %*% g))) }

rows <- complete("active"); X <- matrix_of(rows)
logit <- glm(active ~ shyness + age + country, binomial, rows, control = strict); b <- coef(logit)
share <- function(X) function(b) mean(plogis(X %*% b))
change <- function(b) mean(dlogis(X %*% b)) * b[2]
in_de <- function(b) mean(plogis(matrix_of(rows, country = "in") %*% b) - plogis(matrix_of(rows, country = "de") %*% b))
HC3 <- vcovHC(logit, "HC3")
p <- delta(share(matrix_of(rows, age = 30)), b, vcov(logit))
binomial_ <- list(overall = delta(share(X), b, vcov(logit)), at_30 = p,
  at_30_interval = plogis(qlogis(p$estimate) + c(-1, 1) * qnorm(.975) * p$standard_error / (p$estimate * (1 - p$estimate))),
  no = delta(share(matrix_of(rows, country = "no")), b, vcov(logit)), slope = delta(change, b, HC3), difference = delta(in_de, b, HC3))

rows <- complete("visits"); Xv <- matrix_of(rows)
counts <- glm(visits ~ shyness + age + country, poisson, rows, offset = log(hours), control = strict)
poisson_ <- list(overall = delta(function(b) mean(rows$hours * exp(Xv %*% b)), coef(counts), vcovHC(counts, "HC3")),
  slope = delta(function(b) mean(rows$hours * exp(Xv %*% b)) * b[2], coef(counts), vcovHC(counts, "HC3")))

# both parts of amounts, with their joint covariance
rows <- complete("minutes"); Xm <- matrix_of(rows)
any_ <- glm(minutes > 0 ~ shyness + age + country, binomial, rows, control = strict)
amount <- glm(minutes ~ shyness + age + country, Gamma("log"), subset(rows, minutes > 0), control = strict)
both <- c(coef(any_), coef(amount)); hc3 <- function(fit) estfun(fit) %*% bread(fit) / nobs(fit) / (1 - hatvalues(fit))
U <- matrix(0, nrow(rows), 10); U[, 1:5] <- hc3(any_); U[rows$minutes > 0, 6:10] <- hc3(amount); V <- crossprod(U)
stopifnot(all.equal(unname(V[6:10, 6:10]), unname(vcovHC(amount, "HC3"))))
whole <- function(X) function(b) mean(plogis(X %*% b[1:5]) * exp(X %*% b[6:10]))
slope <- function(b) { p <- plogis(Xm %*% b[1:5]); m <- exp(Xm %*% b[6:10]); mean(p * (1 - p) * b[2] * m + p * m * b[7]) }
two_part <- list(mean = delta(whole(Xm), both, V), share_any = delta(function(b) mean(plogis(Xm %*% b[1:5])), both, V),
  mean_of_any = delta(function(b) mean(exp(Xm %*% b[6:10])), both, V), at_20 = delta(whole(matrix_of(rows, age = 20)), both, V), slope = delta(slope, both, V))
design <- svydesign(ids = ~person, strata = ~stratum, weights = ~weight, data = data)
d_any <- svyglm(I(minutes > 0) ~ shyness + age + country, design, family = quasibinomial(), control = strict)
d_amount <- svyglm(minutes ~ shyness + age + country, subset(design, minutes > 0), family = Gamma("log"), control = strict)
influence_of <- function(fit, kept) {  # weighted scores times the unscaled covariance, 0 in rows that are not used
  out <- matrix(0, nrow(data), 5); X <- model.matrix(fit); w <- weights(fit, "working")
  out[kept, ] <- (X * residuals(fit, "working") * w) %*% fit$naive.cov; out
}
keep <- complete.cases(data[, c("minutes", "shyness", "age", "country")])
U <- cbind(influence_of(d_any, which(keep)), influence_of(d_amount, which(keep & data$minutes > 0)))
Vd <- vcov(svytotal(U / weights(design), design)); bd <- c(coef(d_any), coef(d_amount)); w <- data$weight[keep]
mean_d <- delta(function(b) sum(w * plogis(Xm %*% b[1:5]) * exp(Xm %*% b[6:10])) / sum(w), bd, Vd)
two_part$design <- c(mean_d, list(interval = exp(log(mean_d$estimate) + c(-1, 1) * qt(.975, degf(design)) * mean_d$standard_error / mean_d$estimate)))
two_part$design_check <- list(ours = unname(sqrt(diag(Vd))), survey = unname(c(SE(d_any), SE(d_amount))))

# ordinal: probabilities from the oracle's own optimum and information
theta <- source$ordinal$estimate; rows <- complete("often"); Xo <- matrix_of(rows)[, -1]
gradient <- function(theta) { cuts <- c(-Inf, theta[5:7], Inf); eta <- drop(Xo %*% theta[1:4]); y <- rows$often
  p <- plogis(cuts[y + 1] - eta) - plogis(cuts[y] - eta); up <- dlogis(cuts[y + 1] - eta) / p; low <- dlogis(cuts[y] - eta) / p
  colSums(cbind(-Xo * (up - low), sapply(1:3, function(j) up * (y == j) - low * (y == j + 1)))) }
Vo <- solve(-t(jacobian(gradient, theta)))
probability <- function(j) function(t) { cuts <- c(-Inf, t[5:7], Inf); eta <- Xo %*% t[1:4]; mean(plogis(cuts[j + 1] - eta) - plogis(cuts[j] - eta)) }
ordinal <- list(probability = lapply(1:4, function(j) delta(probability(j), theta, Vo)))

# Brant (1990), and the Wald test of the stacked models with the covariance of the design
cuts <- lapply(1:3, function(j) glm(often > j ~ shyness + age + country, binomial, rows, control = strict))
Z <- model.matrix(cuts[[1]]); pi_ <- sapply(cuts, fitted)
block <- function(m, l) { lo <- min(m, l); hi <- max(m, l); weight <- pi_[, hi] - pi_[, lo] * pi_[, hi]
  (vcov(cuts[[m]]) %*% t(Z) %*% (Z * weight) %*% vcov(cuts[[l]]))[-1, -1] }
Vb <- do.call(rbind, lapply(1:3, function(m) do.call(cbind, lapply(1:3, function(l) block(m, l)))))
bb <- unlist(lapply(cuts, function(fit) coef(fit)[-1]))
test <- function(b, V, terms, df) { L <- kronecker(cbind(1, -diag(2)), diag(4)[terms, , drop = FALSE]); x <- L %*% b; chi <- drop(t(x) %*% solve(L %*% V %*% t(L), x)); q <- nrow(L)
  if (is.na(df)) list(statistic = chi, df = q, p_value = pchisq(chi, q, lower.tail = FALSE)) else list(statistic = chi / q, df = q, p_value = pf(chi / q, q, df, lower.tail = FALSE)) }
brant <- c(list(test(bb, Vb, 1:4, NA)), lapply(1:4, function(j) test(bb, Vb, j, NA)))
keep <- which(complete.cases(data[, c("often", "shyness", "age", "country")]))
d_cuts <- lapply(1:3, function(j) svyglm(as.formula(paste0("I(often > ", j, ") ~ shyness + age + country")), design, family = quasibinomial(), control = strict))
Ud <- do.call(cbind, lapply(d_cuts, function(fit) influence_of(fit, keep)[, -1]))
Vs <- vcov(svytotal(Ud / weights(design), design))
designed <- test(unlist(lapply(d_cuts, function(fit) coef(fit)[-1])), Vs, 1:4, degf(design))

output <- list(source = list(R = R.version.string, script = "margins.R", survey = as.character(packageVersion("survey")), sandwich = as.character(packageVersion("sandwich"))),
  binomial = binomial_, poisson = poisson_, two_part = two_part, ordinal = ordinal, brant = brant, design_proportionality = designed)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
