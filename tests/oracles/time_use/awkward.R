# Oracle of survey_stats.time_use on awkward samples: weights of 0, strata with one cluster, media of nobody, of one person
# and of everyone, ties, missing minutes, persons in two waves, replicate weights.
# Usage: Rscript awkward.R awkward.json
suppressPackageStartupMessages({library(survey); library(laeken); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(2718)
media <- c("facebook", "reddit", "television", "telephone", "wikipedia", "mastodon")
n_persons <- 110
first <- 1:70; second <- 41:110                                                # 30 persons in both waves
rows <- data.frame(person = c(first, second), wave = rep(1:2, c(70, 70)))
n <- nrow(rows)
weight <- round(rlnorm(n_persons, 0, .8), 2); weight[sample.int(n_persons, 9)] <- 0
rows$weight <- round(weight[rows$person] * ifelse(rows$wave == 1, 1, .9), 3)
rows$school <- (rows$person - 1) %/% 5 + 1
rows$stratum <- ifelse(rows$school <= 10, "north", ifelse(rows$school <= 21, "south", "islands"))   # islands: one school
habit <- rlnorm(n_persons, 0, .6)[rows$person]
minutes <- data.frame(
  facebook = round(rbinom(n, 1, .8) * rlnorm(n, 3.6, 1) * habit),
  reddit = 10 * round(rbinom(n, 1, .6) * rexp(n, 1 / 25) / 10),                # ties
  television = round(60 + 30 * rexp(n)),                                       # everyone
  telephone = rbinom(n, 1, .5) * 30,                                           # everyone who calls says half an hour
  wikipedia = 0, mastodon = 0)                                                 # nobody; one person
minutes$mastodon[which(rows$weight > 0)[7]] <- 45
for (m in media) minutes[sample.int(n, 9), m] <- NA
minutes[sample.int(n, 6), ] <- NA                                              # persons without records
data <- cbind(rows, minutes)

gini <- function(y, w) sum(outer(w, w) * abs(outer(y, y, "-"))) / (2 * sum(w) * sum(w * y))
top <- function(y, w, part = .2) {
  o <- order(y); y <- y[o]; w <- w[o]; inside <- pmin(pmax((1 - part) * sum(w) - (cumsum(w) - w), 0), w)
  1 - sum(inside * y) / sum(w * y)
}
# Influence of the Gini: derivative of sum w w |y - y| / (2 N T), written with every pair, and as Langel and Tille (2013) print it.
gini_influence <- function(y, w) {
  size <- sum(w); total <- sum(w * y); g <- gini(y, w)
  pairs <- (as.vector(abs(outer(y, y, "-")) %*% w) / total - g - g * y * size / total) / size
  reached <- sapply(y, function(v) sum(w[y <= v])); below <- sapply(y, function(v) sum((w * y)[y <= v]) / sum(w[y <= v]))
  printed <- (2 * reached * (y - below) + total - size * y - g * (total + y * size)) / (size * total)
  stopifnot(all.equal(pairs, printed)); pairs
}
# Influence of the share of the heaviest fifth (Langel and Tille 2011): the quantile is the first y whose share reaches .8.
top_influence <- function(y, w, part = .2) {
  size <- sum(w); total <- sum(w * y); o <- order(y); q <- y[o][which(cumsum(w[o]) >= (1 - part) * size * (1 - 1e-12))[1]]
  -(pmin(y - q, 0) + (1 - part) * q - (1 - top(y, w, part)) * y) / total
}
classes <- function(y, w) {                                                    # by the middle of what is equal
  middle <- sapply(y, function(v) (sum(w[y < v]) + sum(w[y == v]) / 2) / sum(w))
  lapply(list(light = middle <= 1/3 + 1e-12, medium = middle > 1/3 + 1e-12 & middle <= 2/3 + 1e-12, heavy = middle > 2/3 + 1e-12),
         function(i) if (any(i)) list(from = min(y[i]), to = max(y[i]), share_of_users = sum(w[i]) / sum(w),
                                      share_of_time = sum((w * y)[i]) / sum(w * y), n = sum(i)))
}

as_list <- function(estimate, se, ...) list(estimate = estimate[[1]], se = se[[1]], ...)
# Domain estimates by indicators on the whole design, so that linearised designs and replicates go through the same lines.
total <- function(design, values) { f <- svytotal(~values, update(design, values = values)); as_list(coef(f), SE(f)) }
ratio <- function(design, above, below) {
  if (sum(below * weights(design, "sampling")) == 0) return(NULL)
  f <- svyratio(~above, ~below, update(design, above = above, below = below)); as_list(f$ratio, sqrt(f$var[1]))
}
figures <- function(design, data, inside = rep(TRUE, nrow(data))) {
  known <- sapply(media, function(m) inside & !is.na(data[[m]])); x <- as.matrix(data[media]); x[is.na(x)] <- 0
  whole <- rowSums(known) == length(media); w <- weights(design, "sampling"); df <- degf(design)
  out <- lapply(setNames(media, media), function(m) {
    k <- as.numeric(known[, m]); u <- k * (x[, m] > 0); y <- k * x[, m]
    reach <- ratio(design, u, k); h <- qt(.975, df) * reach$se / (reach$estimate * (1 - reach$estimate))
    if (reach$estimate > 0 && reach$estimate < 1) reach$ci <- plogis(qlogis(reach$estimate) + c(-h, h))
    list(audience = total(design, u), reach = reach, time_total = total(design, y), time_per_capita = ratio(design, y, k),
         time_per_user = ratio(design, y, u), share_of_time = ratio(design, whole * x[, m], whole * rowSums(x)),
         n = sum(k * (w > 0)), n_users = sum(u * (w > 0)), n_effective = sum(w * k)^2 / sum(w^2 * k))
  })
  c(out, list(df = df))
}
unequal <- function(design, data) lapply(setNames(media[1:4], media[1:4]), function(m) {
  y <- data[[m]]; w <- weights(design, "sampling"); u <- !is.na(y) & y > 0 & w > 0
  stopifnot(all.equal(gini(y[u], w[u]), as.numeric(laeken::gini(y[u], w[u])$value) / 100))
  found <- list(gini = gini(y[u], w[u]), top = top(y[u], w[u]), n = sum(u))
  if (inherits(design, "svyrep.design")) {
    f <- withReplicates(design, function(w, d) { i <- u & w > 0; c(gini(y[i], w[i]), top(y[i], w[i])) })
    found$se <- as.vector(SE(f))
  } else {
    z <- matrix(0, length(y), 2); z[u, ] <- cbind(gini_influence(y[u], w[u]), top_influence(y[u], w[u]))
    found$se <- as.vector(SE(svytotal(z, design))); found$classes <- classes(y[u], w[u])
  }
  found
})
changes <- function(design, data) lapply(setNames(media, media), function(m) {
  k <- as.numeric(!is.na(data[[m]])); x <- ifelse(k == 1, data[[m]], 0); u <- as.numeric(x > 0); one <- data$wave == 1
  whole <- complete.cases(data[media]); all <- ifelse(whole, rowSums(data[media]), 0); y <- ifelse(whole, data[[m]], 0)
  parts <- data.frame(x1 = x * one, x2 = x * !one, u1 = u * one, u2 = u * !one, k1 = k * one, k2 = k * !one,
                      s1 = y * one, s2 = y * !one, a1 = all * one, a2 = all * !one)
  sums <- svytotal(as.formula(paste("~", paste(names(parts), collapse = " + "))), do.call(update, c(list(design), parts)))
  compare <- function(before, after) {
    if (any(coef(sums)[c(all.vars(before), all.vars(after))] == 0)) return(NULL)
    if (inherits(design, "svyrep.design")) {
      of <- function(w, d) { sums <- as.list(colSums(w * parts)); b <- eval(before, sums); a <- eval(after, sums); c(a - b, log(a / b)) }
      f <- withReplicates(design, of); return(list(estimate = coef(f)[1], se = SE(f)[1], log_ratio = coef(f)[2], log_se = SE(f)[2]))
    }
    absolute <- svycontrast(sums, bquote(.(after) - .(before))); relative <- svycontrast(sums, bquote(log(.(after) / .(before))))
    list(estimate = coef(absolute)[[1]], se = SE(absolute)[[1]], log_ratio = coef(relative)[[1]], log_se = SE(relative)[[1]])
  }
  list(audience = compare(quote(u1), quote(u2)), reach = compare(quote(u1 / k1), quote(u2 / k2)),
       time_total = compare(quote(x1), quote(x2)), time_per_capita = compare(quote(x1 / k1), quote(x2 / k2)),
       time_per_user = compare(quote(x1 / u1), quote(x2 / u2)), share_of_time = compare(quote(s1 / a1), quote(s2 / a2)))
})
common <- function(design, data) {
  out <- list(); w <- weights(design, "sampling")
  for (a in media) for (b in setdiff(media, a)) {
    k <- !is.na(data[[a]]) & !is.na(data[[b]]); first <- ifelse(k, data[[a]] > 0, 0); second <- ifelse(k, data[[b]] > 0, 0)
    f <- ratio(design, first * second, first)
    if (!is.null(f)) out[[paste(a, b)]] <- c(f, list(reach = sum(w * second) / sum(w * k), n = sum(first * (w > 0)),
                                                     n_effective = sum(w * first)^2 / sum(w^2 * first)))
  }
  out
}
# All pairs of two quantities among those for whom everything is known; Holm; places; the claim of the first medium.
order_of <- function(design, data, level = .05) {
  whole <- as.numeric(complete.cases(data[media])); x <- as.matrix(data[media]) * whole; x[is.na(x)] <- 0
  df <- degf(design); w <- weights(design, "sampling")
  value <- colSums(w * x) / sum(w * whole); pairs <- combn(media, 2, simplify = FALSE)
  p <- sapply(pairs, function(pair) { f <- ratio(design, x[, pair[1]] - x[, pair[2]], whole); 2 * pt(-abs(f$estimate / f$se), df) })
  sure <- p.adjust(p, "holm") < level
  places <- lapply(setNames(media, media), function(m) {
    against <- sapply(pairs, function(pair) m %in% pair)
    other <- sapply(pairs, function(pair) value[[setdiff(c(pair, m), m)[1]]])
    list(estimate = value[[m]], lower = 1 + sum(sure & against & other > value[[m]]), upper = length(media) - sum(sure & against & other < value[[m]]))
  })
  claim <- lapply(list(time_per_capita = whole, share_of_time = rowSums(x)), function(below) {
    found <- lapply(setNames(media[-1], media[-1]), function(m) { f <- ratio(design, x[, 1] - x[, m], below); c(f, list(p = pt(-f$estimate / f$se, df))) })
    single <- sapply(found, function(f) f$p); list(found = found, holm = as.list(p.adjust(single, "holm")), claim = max(single))
  })
  list(places = places, claim = claim, n = sum(whole * (w > 0)))
}

options(survey.lonely.psu = "certainty")
schools <- svydesign(~school, strata = ~stratum, weights = ~weight, data = data, nest = TRUE)
persons <- svydesign(~person, weights = ~weight, data = data)
several <- subset(data, stratum != "islands")
base <- svydesign(~school, strata = ~stratum, weights = ~weight, data = several, nest = TRUE)
bootstrap <- as.svrepdesign(base, type = "subbootstrap", replicates = 40, compress = FALSE, mse = TRUE)
jackknife <- as.svrepdesign(persons, type = "JK1", compress = FALSE, mse = TRUE)
designs <- list(schools = schools, persons = persons, bootstrap = bootstrap, jackknife = jackknife)
one <- function(design, data) list(figures = figures(design, data), concentration = unequal(design, data), change = changes(design, data),
  common = common(design, data), order = order_of(design, data))
found <- lapply(designs, function(design) one(design, if (identical(design, bootstrap)) several else data))
found$second_wave <- list(figures = figures(schools, data, data$wave == 2))
options(survey.lonely.psu = "adjust")
found$adjust <- list(figures = figures(schools, data))
found$bootstrap$weights <- as.matrix(weights(bootstrap, "analysis"))
output <- list(source = list(R = R.version.string, survey = as.character(packageVersion("survey")), laeken = as.character(packageVersion("laeken")),
  script = "awkward.R"), data = as.list(data), designs = found)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null")
