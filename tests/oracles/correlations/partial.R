# Oracle of partial, semi-partial, within- and between-person correlations and of adjusted intervals. See ../README.md.
# Usage: Rscript partial.R partial.json
suppressPackageStartupMessages({library(psych); library(metafor); library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(41)
persons <- 24; person <- rep(sprintf("p%02d", 1:persons), sample(1:6, persons, replace = TRUE)); n <- length(person)
level <- rnorm(persons)[as.integer(factor(person))]; age <- round(rnorm(n) + .6 * level, 3); mood <- round(rnorm(n), 3)
data <- data.frame(person, age, mood, shyness = round(level + .5 * age + rnorm(n), 3),
                   minutes = round(exp(.4 * level - .3 * mood + rnorm(n)), 3), posts = rpois(n, exp(.5 - .4 * level)))
data$minutes[c(4, 19)] <- NA; data$age[c(7, 30)] <- NA
weight <- round(runif(n, .5, 3), 2)

bounds <- function(r, se, z = qnorm(.975)) tanh(atanh(r) + c(-1, 1) * z * se)
listed <- function(r, se, t, df) list(estimate = r, standard_error = se, statistic = t, df = df, p_value = 2 * pt(-abs(t), df),
  ci_lower = bounds(r, se)[1], ci_upper = bounds(r, se)[2])
left <- function(v, z, w = NULL) residuals(lm(v ~ z, weights = w))
controlled <- function(x, y, z, ranked) {
  if (ranked) { x <- rank(x); y <- rank(y); z <- apply(z, 2, rank) }
  n <- length(x); k <- ncol(z); df <- n - 2 - k
  model <- summary(lm(y ~ x + z)); t <- coef(model)["x", "t value"]
  r <- cor(left(x, z), left(y, z)); s <- cor(left(x, z), y)
  factor <- function(r) if (ranked) sqrt(1 + r^2 / 2) else 1
  sampling <- escalc("SPCOR", ti = t, ni = n, mi = k + 1, r2i = model$r.squared)$vi * n / (n - 3 - k)
  list(n = n, partial = listed(r, factor(r) / sqrt(n - 3 - k), t, df),
       semipartial = listed(s, factor(s) * sqrt(sampling) / (1 - s^2), t, df))
}
complete <- function(names) data[complete.cases(data[, names]), ]
pair <- function(x, y, ranked) { d <- complete(c(x, y, "age", "mood"))
  controlled(d[[x]], d[[y]], as.matrix(d[, c("age", "mood")]), ranked) }
psych_partial <- { d <- complete(c("shyness", "minutes", "age", "mood"))
  partial.r(d[, c("shyness", "minutes", "age", "mood")], c("shyness", "minutes"), c("age", "mood"))[1, 2] }

# Within persons: analysis of covariance with a term for each person (Bland and Altman 1995); between: means of persons.
levels_of <- function(x, y, z = NULL) {
  d <- complete(c(x, y, z)); d$one <- d[[x]]; d$other <- d[[y]]; d$hold <- if (is.null(z)) 0 else d[[z]]
  formula <- if (is.null(z)) other ~ factor(person) + one else other ~ factor(person) + hold + one
  model <- lm(formula, d); terms <- anova(model); df <- model$df.residual
  explained <- terms["one", "Sum Sq"]; r <- sign(coef(model)[["one"]]) * sqrt(explained / (explained + terms["Residuals", "Sum Sq"]))
  means <- aggregate(d[, c("one", "other", "hold")], list(d$person), mean); test <- cor.test(means$one, means$other)
  list(n = nrow(d), persons = nrow(means), within = listed(r, 1 / sqrt(df - 1), coef(summary(model))["one", "t value"], df),
       psych_ci = r.con(r, df + 2), between = list(estimate = test$estimate[[1]], statistic = test$statistic[[1]],
       df = test$parameter[[1]], p_value = test$p.value, ci_lower = test$conf.int[1], ci_upper = test$conf.int[2]),
       between_spearman = cor(means$one, means$other, method = "spearman"))
}

# With weights: the residuals of weighted regressions, by linearisation of five means, and by jackknife weights.
d <- complete(c("shyness", "posts", "age", "mood")); d$weight <- weight[complete.cases(data[, c("shyness", "posts", "age", "mood")])]
weighted_r <- function(w, d, whole) { z <- as.matrix(d[, c("age", "mood")])
  y <- if (whole) d$posts else left(d$posts, z, w); cov.wt(cbind(left(d$shyness, z, w), y), w, cor = TRUE)$cor[1, 2] }
design <- svydesign(~person, weights = ~weight, data = d)
with_design <- function(whole) {
  numbers <- sapply(seq_len(nrow(d)), function(i) { h <- 1e-5 * d$weight[i]   # the influence by central differences
    up <- down <- d$weight; up[i] <- up[i] + h; down[i] <- down[i] - h
    (weighted_r(up, d, whole) - weighted_r(down, d, whole)) / (2 * h) })
  r <- weighted_r(d$weight, d, whole); total <- SE(svytotal(~numbers, update(design, numbers = numbers)))[[1]]
  copies <- as.svrepdesign(design, type = "JK1", mse = TRUE); repeated <- withReplicates(copies, function(w, d) weighted_r(w, d, whole))
  list(estimate = r, standard_error = total / (1 - r^2), df = degf(design), jackknife_standard_error = SE(repeated)[[1]] / (1 - r^2),
       jackknife_standard_error_of = "JK1, mse")
}

names_of <- combn(c("shyness", "minutes", "posts", "age", "mood"), 2, simplify = FALSE)
tests <- lapply(names_of, function(p) cor.test(data[[p[1]]], data[[p[2]]])); p <- sapply(tests, function(t) t$p.value)
m <- length(p); intervals <- function(levels) sapply(seq_along(p), function(i) if (is.na(levels[i])) c(NA, NA) else
  cor.test(data[[names_of[[i]][1]]], data[[names_of[[i]][2]]], conf.level = levels[i])$conf.int)
selected <- function(method, divisor) { chosen <- p.adjust(p, method) <= .05; ifelse(chosen, 1 - sum(chosen) * .05 / (m * divisor), NA) }
families <- list(bonferroni = list(p = p.adjust(p, "bonferroni"), ci = intervals(rep(1 - .05 / m, m))),
  fdr_bh = list(p = p.adjust(p, "BH"), ci = intervals(selected("BH", 1))),
  fdr_by = list(p = p.adjust(p, "BY"), ci = intervals(selected("BY", sum(1 / 1:m)))))

output <- list(source = list(R = R.version.string, psych = as.character(packageVersion("psych")),
    metafor = as.character(packageVersion("metafor")), survey = as.character(packageVersion("survey")), script = "partial.R"),
  data = as.list(data), weight = weight, pearson = pair("shyness", "minutes", FALSE), spearman = pair("shyness", "minutes", TRUE),
  psych_partial = psych_partial, persons = levels_of("shyness", "minutes"), persons_partial = levels_of("shyness", "minutes", "mood"),
  design = list(partial = with_design(FALSE), semipartial = with_design(TRUE), rows = which(complete.cases(data[, c("shyness", "posts", "age", "mood")]))),
  families = families)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
