# Oracle of survey_stats.measures.careless. See README.md in this folder.
# Usage: Rscript careless.R FOLDER_WITH_PSYCH_R_CSV careless.json
suppressPackageStartupMessages({library(psych); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(20261126)

# ---- a made sample: 12 scales of 4 items, five points, some answers missing, some respondents careless ----
n <- 80; scales <- 12; per <- 4
trait <- matrix(rnorm(n * scales), n)
items <- matrix(NA_real_, n, scales * per)
for (s in 1:scales) for (i in 1:per) {
  sign <- if (i == 4) -1 else 1
  items[, (s - 1) * per + i] <- sign * .92 * trait[, s] + sqrt(1 - .92^2) * rnorm(n)
}
answers <- matrix(as.numeric(cut(items, c(-Inf, -1.2, -.4, .4, 1.2, Inf))), n)
answers[1, ] <- 3                                    # the same answer everywhere
answers[2, ] <- sample(1:5, scales * per, TRUE)      # at random
answers[3, ] <- rep(c(2, 4), length.out = scales * per)
answers[4, 1:30] <- 5                                # one long string
hole <- matrix(runif(n * scales * per) < .03, n); hole[1:4, ] <- FALSE
answers[hole] <- NA
answers[5, ] <- NA                                   # nobody there
answers[6, -(1:2)] <- NA                             # two answers only
colnames(answers) <- sprintf("s%02d_%d", rep(1:scales, each = per), rep(1:per, scales))

longest <- function(x) if (all(is.na(x))) NA else { r <- rle(x); max(r$lengths[!is.na(r$values)]) }
keyed <- answers
reversed <- (1:(scales * per)) %% per == 0
keyed[, reversed] <- 6 - keyed[, reversed]

quiet_cor <- function(a, b) {
  known <- !is.na(a) & !is.na(b)
  if (sum(known) < 3) return(NA)
  suppressWarnings(cor(a[known], b[known]))
}
mean_or_na <- function(x) if (all(is.na(x))) NA else mean(x, na.rm = TRUE)
even_odd <- function(x) {
  odd <- sapply(1:scales, function(s) mean_or_na(x[(s - 1) * per + c(1, 3)]))
  even <- sapply(1:scales, function(s) mean_or_na(x[(s - 1) * per + c(2, 4)]))
  r <- quiet_cor(odd, even)
  list(value = max(2 * r / (1 + r), -1), n_pairs = sum(!is.na(odd) & !is.na(even)))
}
pairs_beyond <- function(x, keep) {
  r <- cor(x, use = "pairwise.complete.obs")
  r[upper.tri(r, diag = TRUE)] <- NA
  found <- which(keep(r), arr.ind = TRUE)            # row: the later item, as in careless
  found[order(found[, "col"], found[, "row"]), , drop = FALSE]
}
by_pairs <- function(x, found) {
  t(apply(x, 1, function(row) {
    a <- row[found[, "row"]]; b <- row[found[, "col"]]
    c(quiet_cor(a, b), sum(!is.na(a) & !is.na(b)))
  }))
}
named_pairs <- function(found) lapply(seq_len(nrow(found)), function(i) colnames(answers)[c(found[i, "col"], found[i, "row"])])
synonyms <- pairs_beyond(answers, function(r) !is.na(r) & r > .60)
antonyms <- pairs_beyond(answers, function(r) !is.na(r) & r < -.60)
syn <- by_pairs(answers, synonyms); ant <- by_pairs(answers, antonyms)

# ---- Mahalanobis distance: complete rows by psych::outlier and stats::mahalanobis, incomplete rows by their own items
few <- answers[, 1:10]
S <- cov(few, use = "pairwise"); m <- colMeans(few, na.rm = TRUE)
by_row <- t(apply(few, 1, function(x) {
  k <- !is.na(x)
  if (!any(k)) return(c(NA, 0, NA))
  d <- mahalanobis(x[k], m[k], S[k, k, drop = FALSE])
  c(d, sum(k), pchisq(d, sum(k), lower.tail = FALSE))
}))
complete <- rowSums(is.na(few)) == 0
psych_d <- psych::outlier(few[rowSums(!is.na(few)) > 0, ], plot = FALSE)
psych_all <- rep(NA, n); psych_all[rowSums(!is.na(few)) > 0] <- psych_d

# ---- real data: bfi of psych, 25 items ----
bfi <- as.matrix(read.csv(file.path(arguments[1], "bfi.csv"), row.names = 1)[, 1:25])
bfi_complete <- bfi[rowSums(is.na(bfi)) == 0, ]
d <- mahalanobis(bfi_complete, colMeans(bfi_complete), cov(bfi_complete))
real <- list(
  n = nrow(bfi_complete), distance = unname(d[1:25]), beyond = sum(pchisq(d, 25, lower.tail = FALSE) < .001),
  longest = as.integer(table(factor(apply(bfi_complete, 1, longest), 1:25))),
  variability = list(mean = mean(apply(bfi_complete, 1, sd)), first = unname(apply(bfi_complete, 1, sd)[1:25]))
)
variability <- unname(apply(answers, 1, function(x) if (sum(!is.na(x)) < 2) NA else sd(x, na.rm = TRUE)))
last <- apply(answers, 1, function(x) if (all(is.na(x))) 0 else max(which(!is.na(x))))
patterns <- sort(table(apply(is.na(answers), 1, function(x) paste(which(x), collapse = " "))), decreasing = TRUE)
whole <- rowSums(is.na(answers)) == 0
pages <- matrix(round(rlnorm(30 * 4, 3, .6), 1), 30); pages[5, 2] <- 4000; pages[6, ] <- pages[6, ] / 20; pages[7, 3:4] <- NA
typical <- apply(pages, 2, median, na.rm = TRUE)
speed <- apply(pages, 1, function(x) mean(pmin(typical / x, 3), na.rm = TRUE))
out <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych"))),
  answers = as.data.frame(answers),
  longest = unname(apply(answers, 1, longest)),
  variability = variability,
  deviations = (median(variability, na.rm = TRUE) - variability) / mad(variability, na.rm = TRUE),
  missing = list(by_item = unname(colSums(is.na(answers))), complete = sum(whole), patterns = length(patterns),
                 last = unname(last)),
  even_odd = list(value = sapply(1:n, function(i) even_odd(keyed[i, ])$value),
                  n_pairs = sapply(1:n, function(i) even_odd(keyed[i, ])$n_pairs)),
  synonyms = list(pairs = named_pairs(synonyms), value = unname(syn[, 1]), n_pairs = unname(syn[, 2])),
  antonyms = list(pairs = named_pairs(antonyms), value = unname(ant[, 1]), n_pairs = unname(ant[, 2])),
  mahalanobis = list(value = unname(by_row[, 1]), df = unname(by_row[, 2]), p_value = unname(by_row[, 3]),
                     psych_of_complete = unname(ifelse(complete, psych_all, NA))),
  speed = list(pages = pages, index = speed),
  bfi = real
)
write_json(out, arguments[2], digits = NA, auto_unbox = TRUE, na = "null")
