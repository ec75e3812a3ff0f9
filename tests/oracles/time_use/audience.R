# Oracle of survey_stats.time_use: audience figures and the claim that one medium leads.
# Usage: Rscript audience.R audience.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(41)
n <- 90
media <- c("social_media", "news", "games")
minutes <- sapply(c(80, 30, 45), function(mean) round(rbinom(n, 1, .7) * rexp(n, 1 / mean)))
colnames(minutes) <- media
minutes[sample.int(3 * n, 14)] <- NA
sessions <- ifelse(is.na(minutes), NA, ifelse(minutes > 0, rpois(3 * n, 3) + 1, 0)); colnames(sessions) <- media
persons <- data.frame(person = 101:(100 + n), weight = round(runif(n, .3, 3), 2), stratum = rep(c("a", "b", "c"), each = n / 3),
                      school = rep(1:18, each = 5), sex = ifelse(runif(n) < .5, "f", "m"))

figures <- function(design, data, known = NULL) {
  df <- degf(design); out <- list()
  for (medium in media) {
    rows <- subset(design, !is.na(design$variables[[medium]]))
    if (!is.null(known)) rows <- subset(rows, sex == known)
    rows <- update(rows, x = get(medium), u = as.numeric(get(medium) > 0), s = get(paste0("s_", medium)))
    total <- function(formula) { f <- svytotal(formula, rows); c(coef(f)[[1]], SE(f)[[1]]) }
    mean <- function(formula, rows) { f <- svymean(formula, rows); c(coef(f)[[1]], SE(f)[[1]]) }
    ratio <- function(a, b, rows) { f <- svyratio(a, b, rows); c(f$ratio[1], sqrt(f$var[1])) }
    whole <- subset(design, complete.cases(design$variables[media]))
    if (!is.null(known)) whole <- subset(whole, sex == known)
    whole <- update(whole, x = get(medium), all = social_media + news + games)
    ci <- attr(svyciprop(~u, rows, method = "logit", df = df), "ci")
    out[[medium]] <- list(audience = total(~u), reach = c(mean(~u, rows), ci), time_total = total(~x),
      time_per_capita = mean(~x, rows), time_per_user = ratio(~x, ~u, rows), share_of_time = ratio(~x, ~all, whole),
      sessions_per_user = ratio(~s, ~u, rows), time_per_session = ratio(~x, ~s, rows),
      n = nrow(rows$variables), n_users = sum(rows$variables$u))
  }
  c(out, list(df = df))
}
# The claim: differences within persons who answered for all media.
claim <- function(design) {
  whole <- subset(design, complete.cases(design$variables[media]))
  means <- svymean(~social_media + news + games, whole); df <- degf(design)
  others <- list(news = c(social_media = 1, news = -1), games = c(social_media = 1, games = -1))
  rows <- lapply(others, function(weights) { f <- svycontrast(means, weights); t <- coef(f)[[1]] / SE(f)[[1]]
    list(difference = coef(f)[[1]], se = SE(f)[[1]], p = pt(t, df, lower.tail = FALSE)) })
  p <- sapply(rows, function(row) row$p)
  shares <- update(whole, all = social_media + news + games)
  share <- lapply(c(news = "news", games = "games"), function(other) {
    shares <- update(shares, d = social_media - get(other)); f <- svyratio(~d, ~all, shares)
    list(difference = f$ratio[1], se = sqrt(f$var[1])) })
  list(rows = rows, holm = as.list(p.adjust(p, "holm")), claim = max(p), share = share, n = nrow(whole$variables))
}
data <- cbind(persons, minutes, setNames(as.data.frame(sessions), paste0("s_", media)))
weighted <- svydesign(~1, weights = ~weight, data = data)
clustered <- svydesign(~school, strata = ~stratum, weights = ~weight, data = data)
plain <- svydesign(~1, weights = rep(1, n), data = data)
output <- list(source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "audience.R"),
  data = lapply(data, function(column) column), weighted = figures(weighted), clustered = figures(clustered),
  plain = figures(plain), women = figures(clustered, known = "f"), claim = claim(clustered))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", pretty = TRUE)
