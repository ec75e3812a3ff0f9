# Oracle of survey_stats.statistics.regression. See ../README.md.
# Usage: Rscript models.R models.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

rows <- function(estimate, covariance, df, level = .95) {
  se <- sqrt(diag(covariance)); statistic <- estimate / se
  tail <- function(q) if (is.na(df)) pnorm(q) else pt(q, df)
  z <- if (is.na(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
  list(term = names(estimate), estimate = unname(estimate), standard_error = unname(se),
       statistic = unname(statistic), df = df, p_value = unname(2 * tail(-abs(statistic))),
       ci_lower = unname(estimate - z * se), ci_upper = unname(estimate + z * se))
}
hc3 <- function(fit) {  # MacKinnon and White (1985), from lm's own matrix, leverages and residuals
  X <- model.matrix(fit); bread <- solve(crossprod(X)); u <- residuals(fit) / (1 - hatvalues(fit))
  rows(coef(fit), bread %*% crossprod(X * u) %*% bread, fit$df.residual)
}
cr1 <- function(fit, cluster) {  # scores summed by cluster; works for lm and glm
  X <- model.matrix(fit); n <- nrow(X); k <- ncol(X); G <- length(unique(cluster))
  glm_fit <- inherits(fit, "glm")
  scores <- X * (if (glm_fit) residuals(fit, "response") else residuals(fit))
  bread <- if (glm_fit) vcov(fit) else solve(crossprod(X))
  meat <- crossprod(rowsum(scores, cluster))
  rows(coef(fit), G / (G - 1) * (n - 1) / (n - k) * bread %*% meat %*% bread, G - 1)
}

set.seed(40)
n <- 240; person <- rep(1:30, each = 8); level <- rnorm(30)[person]
data <- data.frame(person, shyness = round(level + rnorm(n), 2), age = sample(18:60, n, TRUE),
                   country = sample(c("de", "in", "no"), n, TRUE))
data$posts <- round(2 - .5 * data$shyness + .02 * data$age + (data$country == "in") + .7 * level + rnorm(n) * (1 + abs(data$shyness)), 2)
data$active <- rbinom(n, 1, plogis(.3 - .6 * data$shyness + .8 * (data$country == "no") + .5 * level))
data$posts[c(4, 90, 91)] <- NA; data$shyness[c(7, 90)] <- NA; data$country[12] <- NA; data$person[200] <- NA
used <- na.omit(data[, c("posts", "shyness", "age", "country")])
linear <- lm(posts ~ shyness + age + country, used)
used_cluster <- na.omit(data[, c("posts", "shyness", "age", "country", "person")])
linear_cluster <- lm(posts ~ shyness + age + country, used_cluster)
strict <- glm.control(epsilon = 1e-14)
used_logit <- na.omit(data[, c("active", "shyness", "country")])
logit <- glm(active ~ shyness + country, binomial, used_logit, control = strict)
used_logit_cluster <- na.omit(data[, c("active", "shyness", "country", "person")])
logit_cluster <- glm(active ~ shyness + country, binomial, used_logit_cluster, control = strict)
interaction <- lm(log1p(posts - min(used$posts)) ~ shyness * country, used)

# The same with survey's linearisation: factor G / (G - 1) alone, and degrees of freedom G - 1.
design <- svydesign(ids = ~person, weights = ~1, data = used_logit_cluster)
svy <- svyglm(active ~ shyness + country, design, family = quasibinomial(), control = strict)

# Clusters that determine terms: the slope beside a dummy for each school, and the mean of the types of school that have
# more than one (no intercept), are estimable; the rest of these models has no standard error.
schools <- data.frame(school = rep(c("p", "q", "r", "s"), each = 12))
schools$type <- c(p = "a", q = "b", r = "c", s = "c")[schools$school]
schools$x <- round(rnorm(48) + (schools$school == "q"), 2)
schools$y <- round(1 + .5 * schools$x + (schools$type == "b") + rnorm(48) * (1 + (schools$school == "s")), 2)
schools$active <- rbinom(48, 1, plogis(.4 * schools$x + .3 * (schools$school == "r")))
row_of <- function(block, term) lapply(block, function(column) if (length(column) > 1) column[block$term == term] else column)
within <- row_of(cr1(lm(y ~ x + school, schools), schools$school), "x")
within_logit <- row_of(cr1(glm(active ~ x + school, binomial, schools, control = strict), schools$school), "x")
types <- row_of(cr1(lm(y ~ 0 + type, schools), schools$school), "typec")

output <- list(
  source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "models.R"),
  data = as.list(data),
  linear = c(list(n = nrow(used)), hc3(linear)),
  interaction = c(list(n = nrow(used), shift = min(used$posts)), hc3(interaction)),
  linear_cluster = c(list(n = nrow(used_cluster), n_clusters = length(unique(used_cluster$person))),
                     cr1(linear_cluster, used_cluster$person)),
  logit = c(list(n = nrow(used_logit)), rows(coef(logit), vcov(logit), NA)),
  logit_cluster = c(list(n = nrow(used_logit_cluster), n_clusters = length(unique(used_logit_cluster$person))),
                    cr1(logit_cluster, used_logit_cluster$person)),
  schools = list(data = as.list(schools), within = within, within_logit = within_logit, types = types),
  svyglm_standard_error = unname(SE(svy)))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
