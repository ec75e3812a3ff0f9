# Oracle of survey_stats.time_use: duplication, ranks, change between groups, concentration; persons of audience.json.
# Usage: Rscript comparisons.R audience.json comparisons.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
data <- as.data.frame(fromJSON(arguments[1])$data)
media <- c("social_media", "news", "games")
for (m in media) data[[paste0("u_", m)]] <- as.numeric(data[[m]] > 0)
design <- svydesign(~school, strata = ~stratum, weights = ~weight, data = data); df <- degf(design)

# Duplication: users of both among those for whom both are known.
duplication <- list()
for (a in media) for (b in setdiff(media, a)) {
  rows <- subset(design, complete.cases(design$variables[c(a, b)]))
  rows <- update(rows, both = get(paste0("u_", a)) * get(paste0("u_", b)), first = get(paste0("u_", a)), second = get(paste0("u_", b)))
  f <- svyratio(~both, ~first, rows); reach <- svymean(~second, rows)
  duplication[[paste(a, b)]] <- list(estimate = f$ratio[1], se = sqrt(f$var[1]), reach = coef(reach)[[1]],
    ratio = f$ratio[1] / coef(reach)[[1]], n = sum(rows$variables$first))
}

# Ranks by minutes a person: every pair within persons, Holm.
whole <- subset(design, complete.cases(design$variables[media]))
means <- svymean(~social_media + news + games, whole)
pairs <- combn(media, 2, simplify = FALSE)
p <- sapply(pairs, function(pair) { f <- svycontrast(means, setNames(c(1, -1), pair)); 2 * pt(-abs(coef(f) / SE(f)), df) })
adjusted <- p.adjust(p, "holm")
ranks <- lapply(setNames(media, media), function(m) {
  above <- below <- 0
  for (i in seq_along(pairs)) if (m %in% pairs[[i]] && adjusted[i] < .05) {
    other <- setdiff(pairs[[i]], m); if (coef(means)[[other]] > coef(means)[[m]]) above <- above + 1 else below <- below + 1
  }
  list(estimate = coef(means)[[m]], rank = rank(-coef(means))[[m]], lower = 1 + above, upper = length(media) - below)
})

# Change from men to women (any two groups of persons): means as ratios, so that svycontrast has both and their covariance.
change <- list()
for (m in media) {
  rows <- subset(design, !is.na(design$variables[[m]]))
  rows <- update(rows, xm = get(m) * (sex == "m"), xf = get(m) * (sex == "f"), um = get(paste0("u_", m)) * (sex == "m"),
                 uf = get(paste0("u_", m)) * (sex == "f"), nm = as.numeric(sex == "m"), nf = as.numeric(sex == "f"))
  totals <- svytotal(~xm + xf + um + uf + nm + nf, rows)
  part <- function(expressions) { f <- svycontrast(totals, expressions)
    lapply(setNames(seq_along(expressions), names(expressions)), function(i) list(estimate = coef(f)[[i]], se = SE(f)[[i]])) }
  change[[m]] <- list(
    time_total = part(list(difference = quote(xf - xm), log_ratio = quote(log(xf / xm)))),
    reach = part(list(difference = quote(uf / nf - um / nm), log_ratio = quote(log((uf / nf) / (um / nm))))),
    time_per_capita = part(list(difference = quote(xf / nf - xm / nm), log_ratio = quote(log((xf / nf) / (xm / nm))))),
    time_per_user = part(list(difference = quote(xf / uf - xm / um), log_ratio = quote(log((xf / uf) / (xm / um))))))
}
rows <- update(whole, all = social_media + news + games)
rows <- update(rows, am = all * (sex == "m"), af = all * (sex == "f"))
for (m in media) {
  rows <- update(rows, xm = get(m) * (sex == "m"), xf = get(m) * (sex == "f"))
  f <- svycontrast(svytotal(~xm + xf + am + af, rows), list(difference = quote(xf / af - xm / am), log_ratio = quote(log((xf / af) / (xm / am)))))
  change[[m]]$share_of_time <- list(difference = list(estimate = coef(f)[[1]], se = SE(f)[[1]]), log_ratio = list(estimate = coef(f)[[2]], se = SE(f)[[2]]))
}

# Concentration among users: Gini and the share of the top fifth, by their definitions; errors by delete-one jackknife.
gini <- function(y, w) { s <- 0; for (i in seq_along(y)) s <- s + w[i] * sum(w * abs(y[i] - y)); s / (2 * sum(w)^2 * sum(w * y) / sum(w)) }
top <- function(y, w, part = .2) { o <- order(y); y <- y[o]; w <- w[o]; below <- cumsum(w) - w
  inside <- pmin(pmax((1 - part) * sum(w) - below, 0), w); 1 - sum(inside * y) / sum(w * y) }
replicates <- as.svrepdesign(design, type = "JKn", mse = TRUE)
concentration <- lapply(setNames(media, media), function(m) {
  rows <- subset(replicates, !is.na(replicates$variables[[m]]) & replicates$variables[[m]] > 0)
  f <- withReplicates(rows, function(w, d) c(gini(d[[m]], w), top(d[[m]], w)))
  list(gini = coef(f)[[1]], gini_se = SE(f)[[1]], top = coef(f)[[2]], top_se = SE(f)[[2]])
})
output <- list(source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "comparisons.R"),
  df = df, duplication = duplication, ranks = ranks, pairs = list(p = p, adjusted = adjusted), change = change, concentration = concentration)
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, pretty = TRUE)
