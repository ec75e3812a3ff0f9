# Oracle of survey_stats.statistics.polychoric: lavaan's lavCor, two-step estimates with robust standard errors.
# Usage: Rscript polychoric.R FOLDER_WITH_PSYCH_R_CSV polychoric.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
figures <- function(data, ordered = names(data), missing = "listwise") {
  fit <- suppressWarnings(lavCor(data, ordered = ordered, missing = missing, se = "standard", output = "fit"))
  standard <- standardizedSolution(fit); rows <- standard$op == "~~" & standard$lhs != standard$rhs
  table <- parameterEstimates(fit); thresholds <- table[table$op == "|", ]
  sample <- lavInspect(fit, "sampstat")
  pairs <- standard[rows, ]
  list(n = nobs(fit), x = pairs$lhs, y = pairs$rhs, estimate = pairs$est.std, standard_error = pairs$se,
       threshold = as.numeric(sample$th), threshold_se = thresholds$se)
}
covariance <- function(data) {  # of the correlations, in lavaan's order: (2,1), (3,1), …
  fit <- lavCor(data, ordered = names(data), se = "standard", output = "fit")
  gamma <- lavInspect(fit, "gamma") / nobs(fit); keep <- grep("~~", rownames(gamma)); unclass(gamma[keep, keep])
}
make <- function(seed, n, loadings, cuts) {
  set.seed(seed); trait <- rnorm(n)
  data <- sapply(seq_along(loadings), function(j) findInterval(loadings[j] * trait + sqrt(1 - loadings[j]^2) * rnorm(n), cuts[[j]]) + 1)
  data <- as.data.frame(data); names(data) <- paste0("item_", seq_along(loadings)); data
}
five <- make(1, 250, c(.8, .7, .6, -.5, .4), rep(list(c(-.5, .3, .9, 1.5)), 5))
mixed <- make(2, 200, c(.8, .7, .6, .5), list(0.2, c(-.4, .6), c(-1, -.2, .5, 1.2, 2), c(-.7, .1)))
gaps <- five; set.seed(3); values <- as.matrix(gaps); values[sample.int(length(values), 130)] <- NA
values[c(5, 90), ] <- NA; gaps <- as.data.frame(values)
unused <- five; unused$item_2[unused$item_2 == 3] <- 4          # nobody chose 3
empty <- make(5, 40, c(.85, .8, .8), rep(list(c(-.8, 0, .8, 1.4)), 3))  # small and strong: empty cells
few <- make(6, 12, c(.6, .6), list(c(-.3, .5), c(-.4, .7)))
binary <- make(7, 150, c(.7, .6, .5), list(.3, -.2, 1))
fourfold <- function(a, b, c, d) data.frame(x = rep(c(0, 0, 1, 1), c(a, b, c, d)), y = rep(c(0, 1, 0, 1), c(a, b, c, d)))
tables <- list(plain = c(40, 10, 12, 30), zero_off = c(30, 0, 12, 25), zero_off_other = c(30, 9, 0, 25),
               zero_on = c(0, 22, 31, 14), zero_on_other = c(8, 22, 31, 0), independent = c(20, 30, 40, 60),
               median = c(30, 20, 20, 30))
set.seed(8); trait <- rnorm(180)
serial <- data.frame(score = 50 + 10 * (.7 * trait + sqrt(.51) * rnorm(180)),
                     answer = findInterval(.8 * trait + .6 * rnorm(180), c(-1, -.2, .4, 1.1)) + 1,
                     yes = as.integer(.5 * trait + sqrt(.75) * rnorm(180) > .4))
serial_gaps <- serial; serial_gaps$score[c(3, 9, 40)] <- NA; serial_gaps$answer[c(9, 77, 101, 140)] <- NA

columns <- function(data) lapply(data, function(column) column)
case <- function(data, ...) c(list(data = columns(data)), figures(data, ...))
fourfold_case <- function(counts) {
  data <- do.call(fourfold, as.list(counts)); result <- figures(data)
  list(counts = counts, estimate = result$estimate, standard_error = result$standard_error)
}
# lavCor's standard error takes the score's mean and variance as known, which they are not: the oracle of the standard
# error is the delete-one jackknife of lavaan's own two-step estimate.
polyserial <- function(data, y) lavaan:::lav_bvmix_cor_twostep_fit(data$score, as.integer(factor(data[[y]])))
serial_case <- function(data, y) {
  data <- na.omit(data[, c("score", y)]); n <- nrow(data)
  left_out <- sapply(seq_len(n), function(i) polyserial(data[-i, ], y))
  list(n = n, estimate = polyserial(data, y), jackknife_se = sqrt((n - 1) / n * sum((left_out - mean(left_out))^2)))
}
bfi <- read.csv(file.path(arguments[1], "bfi.csv"), row.names = 1)[, 1:25]

output <- list(
  source = list(R = R.version.string, lavaan = as.character(packageVersion("lavaan")), script = "polychoric.R",
                zero_cells = "zero.add = c(0.5, 0.0), zero.keep.margins = TRUE"),
  five = c(case(five), list(covariance = covariance(five))),
  mixed = c(case(mixed)),
  gaps = list(data = columns(gaps), listwise = figures(gaps), pairwise = figures(gaps, missing = "pairwise")),
  unused = c(case(unused)),
  empty = c(case(empty)),
  few = c(case(few)),
  binary = c(case(binary)),
  fourfold = lapply(tables, fourfold_case),
  serial = list(data = columns(serial), answer = serial_case(serial, "answer"), yes = serial_case(serial, "yes")),
  serial_gaps = list(data = columns(serial_gaps), answer = serial_case(serial_gaps, "answer")),
  bfi = figures(bfi))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
