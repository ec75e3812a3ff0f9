# Oracle of survey_stats.statistics.groups. See README.md beside it.
# Usage: Rscript groups.R groups.json
suppressPackageStartupMessages({library(effectsize); library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
level <- .95

# Limits of noncentralities, solved; effectsize minimises and stops early.
solve_ncp <- function(below, from, to) sapply(c((1 + level) / 2, (1 - level) / 2), function(p)
  if (below(from) <= p) from else uniroot(function(n) suppressWarnings(below(n)) - p, c(from, to), tol = 1e-13)$root)
ncp_t <- function(t, df) solve_ncp(function(n) pt(t, df, n), t - 30, t + 30)
ncp_f <- function(f, a, b) solve_ncp(function(n) pf(f, a, b, n), 0, 800)
share_ci <- function(es, a, b) { n <- ncp_f((es / a) / ((1 - es) / b), a, b); n / (n + b) }
hedges_j <- function(df) exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))

# Made data: three groups of unequal size and spread, a covariate, missing values.
set.seed(601)
n <- c(18, 25, 31); group <- rep(c("active", "lurker", "passive"), n)
data <- data.frame(group = group, age = round(rnorm(sum(n), 30, 8), 1), mood = round(rnorm(sum(n)), 2))
data$minutes <- round(c(60, 75, 90)[match(group, unique(group))] + 1.2 * (data$age - 30) + 5 * data$mood +
  rnorm(sum(n)) * c(12, 20, 35)[match(group, unique(group))], 1)
data$posts <- pmax(0, round(data$minutes / 30 + rnorm(sum(n))))  # with ties
data$minutes[c(4, 30, 60)] <- NA; data$age[c(9, 41)] <- NA; data$group[c(2, 70)] <- NA
used <- data[!is.na(data$minutes) & !is.na(data$group), ]
values <- split(used$minutes, used$group); x <- values$active; y <- values$lurker

t_figures <- function(test, estimate, n) list(estimate = estimate, statistic = test$statistic[[1]], df = test$parameter[[1]],
  p_value = test$p.value, ci = test$conf.int[1:2], se = test$stderr, n = n)
d_figures <- function(type, pooled, unit, t, df) {
  d <- if (type == "delta") glass_delta(x, y) else cohens_d(x, y, pooled_sd = pooled)
  g <- if (type == "delta") NULL else hedges_g(x, y, pooled_sd = pooled)
  ci <- ncp_t(t, df) * unit
  list(d = d[[1]], d_ci = ci, effectsize_ci = c(d$CI_low, d$CI_high), g = if (is.null(g)) NA else g[[1]], g_ci = ci * hedges_j(df))
}
s1 <- var(x); s2 <- var(y); n1 <- length(x); n2 <- length(y); average <- sqrt((s1 + s2) / 2)
welch <- t.test(x, y); student <- t.test(x, y, var.equal = TRUE)
pooled <- sqrt(((n1 - 1) * s1 + (n2 - 1) * s2) / (n1 + n2 - 2))
delta_unit <- sqrt(1 / n2 + s1 / (n1 * s2)); delta <- (mean(x) - mean(y)) / sqrt(s2)
two <- list(
  welch = c(t_figures(welch, mean(x) - mean(y), n1 + n2), d_figures("d", FALSE, welch$stderr / average, welch$statistic[[1]], welch$parameter[[1]])),
  student = c(t_figures(student, mean(x) - mean(y), n1 + n2), d_figures("d", TRUE, student$stderr / pooled, student$statistic[[1]], n1 + n2 - 2)),
  glass = d_figures("delta", FALSE, delta_unit, delta / delta_unit, n2 - 1))

es <- function(model, type, ...) { r <- suppressMessages((if (type == "eta") eta_squared else omega_squared)(model, alternative = "two.sided", verbose = FALSE, ...))
  list(estimate = r[[which(grepl("2", names(r)))[1]]], effectsize_ci = cbind(r$CI_low, r$CI_high)) }
fit <- aov(minutes ~ group, used); table <- summary(fit)[[1]]
w <- oneway.test(minutes ~ group, used)
m <- sapply(values, mean); v <- sapply(values, var); k <- 3; size <- sapply(values, length)
pairs <- combn(names(values), 2, simplify = FALSE)
games_howell <- lapply(pairs, function(p) { e <- m[[p[1]]] - m[[p[2]]]; parts <- v[p] / size[p]; se <- sqrt(sum(parts))
  df <- sum(parts)^2 / sum(parts^2 / (size[p] - 1)); q <- uniroot(function(q) ptukey(q, k, df, lower.tail = FALSE) - .05, c(.5, 12), tol = 1e-12)$root
  sd <- sqrt(sum(v[p]) / 2)
  list(estimate = e, se = se, df = df, p = ptukey(abs(e / se) * sqrt(2), k, df, lower.tail = FALSE), ci = e + c(-1, 1) * q / sqrt(2) * se,
       d = e / sd, d_ci = ncp_t(e / se, df) * se / sd) })
tukey <- TukeyHSD(fit)$group
mse <- table[2, 3]
pairwise <- pairwise.t.test(used$minutes, used$group, p.adjust.method = "holm")$p.value
pairwise_unpooled <- pairwise.t.test(used$minutes, used$group, p.adjust.method = "holm", pool.sd = FALSE)$p.value
weights <- c(1, -.5, -.5); e <- sum(weights * m); parts <- weights^2 * v / size
contrast <- list(welch = list(estimate = e, se = sqrt(sum(parts)), df = sum(parts)^2 / sum(parts^2 / (size - 1))),
                 anova = list(estimate = e, se = sqrt(mse * sum(weights^2 / size)), df = table[2, 1]))
eta <- es(fit, "eta"); omega <- es(fit, "omega")
f <- table[1, 4]
more <- list(
  anova = list(statistic = f, df = table[1, 1], df_error = table[2, 1], p_value = table[1, 5], eta2 = eta, omega2 = omega,
    eta2_ci = share_ci(eta$estimate, table[1, 1], table[2, 1]), omega2_ci = share_ci(omega$estimate, table[1, 1], table[2, 1])),
  welch = list(statistic = w$statistic[[1]], df = w$parameter[[1]], df_error = w$parameter[[2]], p_value = w$p.value,
    eta2 = F_to_eta2(w$statistic[[1]], w$parameter[[1]], w$parameter[[2]], alternative = "two.sided")[[1]],
    omega2 = F_to_omega2(w$statistic[[1]], w$parameter[[1]], w$parameter[[2]], alternative = "two.sided")[[1]]),
  games_howell = games_howell,
  tukey = list(estimate = -tukey[, 1], lower = -tukey[, 3], upper = -tukey[, 2], p = tukey[, 4]),
  pooled_d = lapply(pairs, function(p) { e <- m[[p[1]]] - m[[p[2]]]; unit <- sqrt(sum(1 / size[p]))
    list(d = e / sqrt(mse), ci = ncp_t(e / sqrt(mse) / unit, table[2, 1]) * unit) }),
  holm = list(pooled = c(pairwise[1, 1], pairwise[2, 1], pairwise[2, 2]),
              unpooled = c(pairwise_unpooled[1, 1], pairwise_unpooled[2, 1], pairwise_unpooled[2, 2])),
  contrast = contrast)

# Analysis of covariance: group after the covariates, so that sequential squares are partial ones.
covered <- used[!is.na(used$age), ]
full <- lm(minutes ~ age + mood + group, covered); sequential <- anova(full)
at_means <- predict(full, data.frame(age = mean(covered$age), mood = mean(covered$mood), group = names(values)), se.fit = TRUE)
slopes <- anova(full, lm(minutes ~ (age + mood) * group, covered))
age_last <- anova(lm(minutes ~ group + mood + age, covered))
adjusted <- lm(minutes ~ I(age - mean(age)) + I(mood - mean(mood)) + relevel(factor(group), "lurker"), covered)
own <- sequential["group", "Sum Sq"]; error <- sequential["Residuals", "Sum Sq"]; b <- sequential["Residuals", "Df"]
omega_p <- suppressMessages(omega_squared(full, alternative = "two.sided", verbose = FALSE))
ancova <- list(n = nrow(covered), statistic = sequential["group", "F value"], df = sequential["group", "Df"], df_error = b,
  p_value = sequential["group", "Pr(>F)"], eta2_partial = own / (own + error), eta2_partial_ci = share_ci(own / (own + error), 2, b),
  eta2 = own / sum((covered$minutes - mean(covered$minutes))^2), omega2_partial = omega_p$Omega2_partial[omega_p$Parameter == "group"],
  age = list(statistic = age_last["age", "F value"], p_value = age_last["age", "Pr(>F)"]),
  adjusted = list(fit = at_means$fit, se = at_means$se.fit),
  active_minus_lurker = list(estimate = coef(adjusted)[[4]], se = coef(summary(adjusted))[4, 2]),
  d = list(estimate = coef(adjusted)[[4]] / sigma(adjusted), ci = ncp_t(coef(summary(adjusted))[4, 3], b) * coef(summary(adjusted))[4, 2] / sigma(adjusted)),
  slopes = list(statistic = slopes$F[2], df = slopes$Df[2], df_error = slopes$Res.Df[2], p_value = slopes$`Pr(>F)`[2]))

# The same persons at four occasions.
set.seed(602)
persons <- 14; person <- rnorm(persons, 0, 8)
wide <- sapply(1:4, function(j) round(50 + 7 * j + person * c(.6, 1, 1.3, 1.9)[j] + rnorm(persons, 0, 4 + j), 1))
colnames(wide) <- c("w1", "w2", "w3", "w4"); wide[5, 2] <- NA
complete <- wide[complete.cases(wide), ]
model <- lm(complete ~ 1); spherical <- anova(model, X = ~1, test = "Spherical"); mauchly <- mauchly.test(model, X = ~1)
long <- data.frame(y = as.vector(complete), person = factor(rep(seq_len(nrow(complete)), 4)), occasion = factor(rep(1:4, each = nrow(complete))))
rm_aov <- aov(y ~ occasion + Error(person / occasion), long)
first <- function(type, ...) { r <- suppressMessages((if (type == "eta") eta_squared else omega_squared)(rm_aov, alternative = "two.sided", verbose = FALSE, ...)); r <- r[r$Parameter == "occasion", ]
  r[[which(grepl("2", names(r)))[1]]] }
gg <- attr(spherical, "heading"); number <- function(pattern) as.numeric(sub(".*:\\s*", "", grep(pattern, gg, value = TRUE)))
e_gg <- { S <- cov(complete); H <- contr.helmert(4); H <- apply(H, 2, function(c) c / sqrt(sum(c^2))); C <- t(H) %*% S %*% H; sum(diag(C))^2 / (3 * sum(C^2)) }
e_hf <- { p <- 3; df <- nrow(complete) - 1; ((df + 1) * p * e_gg - 2) / (p * (df - p * e_gg)) }
# Second-order p of Anderson (1958, 10.7.3) with the number of contrasts throughout; R puts the number of occasions in one term.
mauchly_p <- function(w, p, n) { rho <- 1 - (2 * p^2 + p + 2) / (6 * p * n); z <- -n * rho * log(w); f <- p * (p + 1) / 2 - 1
  second <- (p + 2) * (p - 1) * (p - 2) * (2 * p^3 + 6 * p^2 + 3 * p + 2) / (288 * (n * p * rho)^2)
  one <- pchisq(z, f, lower.tail = FALSE); one + second * (pchisq(z, f + 4, lower.tail = FALSE) - one) }
partial <- first("eta", partial = TRUE)
paired <- t.test(complete[, 1], complete[, 4], paired = TRUE)
two_occasions <- wide[!is.na(wide[, 1]) & !is.na(wide[, 2]), 1:2]
d_z <- cohens_d(complete[, 1], complete[, 4], paired = TRUE)
repeated <- list(n = nrow(complete), f = spherical$F[1], df = 3, df_error = 3 * (nrow(complete) - 1), epsilon = c(e_gg, e_hf),
  printed_epsilon = c(number("Greenhouse"), number("Huynh")), p = spherical$`Pr(>F)`[1], p_gg = spherical$`G-G Pr`[1], p_hf = spherical$`H-F Pr`[1],
  mauchly = list(w = mauchly$statistic[[1]], r_p = mauchly$p.value, p = mauchly_p(mauchly$statistic[[1]], 3, nrow(complete) - 1)),
  eta2_partial = partial, eta2_partial_ci = share_ci(partial, 3 * e_gg, 3 * (nrow(complete) - 1) * e_gg),
  eta2_generalized = first("eta", generalized = TRUE), omega2_partial = first("omega", partial = TRUE),
  holm = { p <- pairwise.t.test(long$y, long$occasion, paired = TRUE, p.adjust.method = "holm")$p.value; c(p[1, 1], p[2, 1], p[3, 1], p[2, 2], p[3, 2], p[3, 3]) },
  bonferroni_ci = t.test(complete[, 1], complete[, 4], paired = TRUE, conf.level = 1 - .05 / 6)$conf.int[1:2],
  contrast = { s <- complete %*% c(-3, -1, 1, 3); t <- t.test(s); list(estimate = mean(s), statistic = t$statistic[[1]], p_value = t$p.value) },
  paired = c(t_figures(paired, mean(complete[, 1] - complete[, 4]), nrow(complete)), list(d = d_z[[1]], d_ci = ncp_t(paired$statistic[[1]], nrow(complete) - 1) / sqrt(nrow(complete)),
    effectsize_ci = c(d_z$CI_low, d_z$CI_high), g = hedges_g(complete[, 1], complete[, 4], paired = TRUE)[[1]])))

# Ranks. Exact with ties: all choices of rows, and all signs, written out.
exact_groups <- function(a, b) { r <- rank(c(a, b)); n <- length(a); sums <- combn(length(r), n, function(i) sum(r[i]))
  mean(abs(sums - mean(sums)) >= abs(sum(r[seq_len(n)]) - mean(sums)) - 1e-9) }
exact_signs <- function(d) { d <- d[d != 0]; r <- rank(abs(d)); signs <- as.matrix(expand.grid(rep(list(0:1), length(d))))
  sums <- signs %*% r; mean(abs(sums - sum(r) / 2) >= abs(sum(r[d > 0]) - sum(r) / 2) - 1e-9) }
delong <- function(a, b) { s <- sign(outer(a, b, "-")); r <- mean(s); se <- sqrt(var(rowMeans(s)) / length(a) + var(colMeans(s)) / length(b))
  list(estimate = r, ci = tanh(atanh(r) + c(-1, 1) * qnorm(.975) * se / (1 - r^2))) }
matched <- function(d) { d <- d[d != 0]; n <- length(d); s <- sign(outer(d, d, "+")); h <- (rowSums(s) - diag(s)) / (n - 1)
  r <- sum(s[upper.tri(s, TRUE)]) / (n * (n + 1) / 2); se <- sqrt(4 * (n - 1) / (n * (n - 2)^2) * sum((h - mean(h))^2))
  jack <- sapply(seq_len(n), function(i) { s <- s[-i, -i]; sum(s[upper.tri(s, TRUE)]) / ((n - 1) * n / 2) })
  list(estimate = r, ci = tanh(atanh(r) + c(-1, 1) * qnorm(.975) * se / (1 - r^2)), se = se, jackknife = sqrt((n - 1) / n * sum((jack - mean(jack))^2))) }
posts <- split(data$posts[!is.na(data$group)], data$group[!is.na(data$group)])
set.seed(603); large <- data.frame(a = rpois(80, 3), b = rpois(80, 4))
small <- list(a = c(1, 3, 3, 5, 8), b = c(2, 3, 6, 6, 9, 9, 10)); moves <- c(1, -2, 3, 3, 0, 4, -1, 2, 5, 2)
approximate <- suppressWarnings(wilcox.test(large$a, large$b)); signed <- suppressWarnings(wilcox.test(large$a, large$b, paired = TRUE))
no_ties <- wilcox.test(x[!duplicated(x)], y[!duplicated(y) & !(y %in% x)])
kw <- kruskal.test(posts); fr <- friedman.test(round(complete / 5))
ranks <- list(
  exact = list(x = x[!duplicated(x)], y = y[!duplicated(y) & !(y %in% x)], statistic = no_ties$statistic[[1]], p_value = no_ties$p.value),
  small = c(small, list(p_value = exact_groups(small$a, small$b), statistic = suppressWarnings(wilcox.test(small$a, small$b))$statistic[[1]],
    rb = rank_biserial(small$a, small$b)[[1]], delong = delong(small$a, small$b))),
  large = list(a = large$a, b = large$b, statistic = approximate$statistic[[1]], p_value = approximate$p.value, rb = rank_biserial(large$a, large$b)[[1]],
    delong = delong(large$a, large$b), signed = list(statistic = signed$statistic[[1]], p_value = signed$p.value,
    rb = rank_biserial(large$a, large$b, paired = TRUE)[[1]], matched = matched(large$a - large$b))),
  signs = list(d = moves, p_value = exact_signs(moves), matched = matched(moves)),
  no_tie_signs = { d <- complete[, 1] - complete[, 4]; t <- wilcox.test(complete[, 1], complete[, 4], paired = TRUE); list(statistic = t$statistic[[1]], p_value = t$p.value, ties = anyDuplicated(abs(d))) },
  kruskal = list(statistic = kw$statistic[[1]], df = kw$parameter[[1]], p_value = kw$p.value, epsilon2 = rank_epsilon_squared(posts, ci = NULL)[[1]]),
  friedman = list(table = round(complete / 5), statistic = fr$statistic[[1]], df = fr$parameter[[1]], p_value = fr$p.value,
    w = kendalls_w(round(complete / 5), ci = NULL, verbose = FALSE)[[1]]))

# A sample with a design: groups cut across clusters.
set.seed(604)
sample <- data.frame(stratum = rep(c("a", "b", "c"), each = 40), cluster = rep(1:24, each = 5))
sample$weight <- round(runif(120, .5, 4), 2); sample$weight[c(11, 90)] <- 0
sample$group <- c("active", "lurker", "passive")[1 + findInterval(rnorm(120), c(-.5, .6))]
sample$minutes <- round(70 + 10 * rnorm(24)[sample$cluster] + 8 * (sample$group == "passive") + rnorm(120, 0, 20), 1)
sample$later <- round(sample$minutes * .8 + rnorm(120, 18, 10), 1); sample$last <- round(sample$minutes * .7 + rnorm(120, 24, 12), 1)
sample$minutes[c(20, 77)] <- NA; sample$group[c(30, 101)] <- NA; sample$last[3] <- NA
design <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = sample)
known <- subset(design, !is.na(minutes) & !is.na(group))
means <- svyby(~minutes, ~group, known, svymean, covmat = TRUE); df <- degf(design)
d12 <- svycontrast(means, c(active = 1, lurker = -1)); planned <- svycontrast(means, c(active = 1, lurker = -.5, passive = -.5))
V <- vcov(means); L <- rbind(c(-1, 1, 0), c(-1, 0, 1)); W <- drop(t(L %*% coef(means)) %*% solve(L %*% V %*% t(L)) %*% (L %*% coef(means)))
term <- regTermTest(svyglm(minutes ~ group, known), ~group, method = "Wald", df = df)
pieces <- update(known, a = as.numeric(group == "active"), l = as.numeric(group == "lurker"))
pieces <- update(pieces, ay = a * minutes, ly = l * minutes, ayy = a * minutes^2, lyy = l * minutes^2)
d <- svycontrast(svymean(~a + l + ay + ly + ayy + lyy, pieces),
                 quote((ay / a - ly / l) / sqrt(((ayy / a - (ay / a)^2) + (lyy / l - (ly / l)^2)) / 2)))
occasions <- subset(design, !is.na(minutes) & !is.na(last)); change <- svymean(~I(minutes - last), occasions)
three <- svymean(~minutes + later + last, occasions); L3 <- rbind(c(-1, 1, 0), c(-1, 0, 1))
W3 <- drop(t(L3 %*% coef(three)) %*% solve(L3 %*% vcov(three) %*% t(L3)) %*% (L3 %*% coef(three)))
of <- function(contrast) list(estimate = as.numeric(coef(contrast)), se = as.numeric(SE(contrast)))
designed <- list(df = df, means = as.numeric(coef(means)), se = as.numeric(SE(means)), active_minus_lurker = of(d12), planned = of(planned),
  wald = W, regtermtest = c(term$Ftest * 2, term$ddf), f = W * (df - 1) / (df * 2), p_value = pf(W * (df - 1) / (df * 2), 2, df - 1, lower.tail = FALSE),
  d = of(d), change = of(change), wald3 = W3)

output <- list(
  source = list(R = R.version.string, effectsize = as.character(packageVersion("effectsize")), survey = as.character(packageVersion("survey")), script = "groups.R"),
  data = lapply(data, function(column) column), wide = as.data.frame(wide), sample = lapply(sample, function(column) column),
  two = two, more = more, ancova = ancova, repeated = repeated, ranks = ranks, designed = designed)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", dataframe = "columns", pretty = FALSE)
