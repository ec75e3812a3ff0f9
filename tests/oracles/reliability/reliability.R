# Oracle of survey_stats.statistics.reliability. See ../README.md.
# Usage: Rscript reliability.R FOLDER_WITH_PSYCH_R_CSV reliability.json
suppressPackageStartupMessages({library(psych); library(lavaan); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]

psych_figures <- function(data, use) {
  data <- data[rowSums(!is.na(data)) > 0, , drop = FALSE]
  used <- if (use == "complete") na.omit(data) else data
  fit <- psych::alpha(as.data.frame(used), use = "pairwise", warnings = FALSE, delete = FALSE)
  list(n = nrow(used), alpha = fit$total$raw_alpha, alpha_standardized = fit$total$std.alpha,
       feldt = if (use == "complete") c(fit$feldt$lower.ci[[1]], fit$feldt$upper.ci[[1]]) else NULL,
       items = list(mean = fit$item.stats$mean, sd = fit$item.stats$sd, n = fit$item.stats$n,
                    item_rest_correlation = fit$item.stats$r.drop,
                    alpha_if_dropped = if (ncol(used) > 2) fit$alpha.drop$raw_alpha else NULL))
}

# Alpha as a function of the free cells of a saturated covariance model: lavaan's own delta method on its own
# distribution-free ("robust.sem") covariance of the cells.
lavaan_alpha <- function(data) {
  data <- na.omit(data); items <- colnames(data); p <- length(items)
  cells <- which(lower.tri(diag(p), diag = TRUE), arr.ind = TRUE)
  label <- function(j, k) sprintf("s_%d_%d", max(j, k), min(j, k))
  lines <- apply(cells, 1, function(cell)
    sprintf("%s ~~ %s * %s", items[cell[1]], label(cell[1], cell[2]), items[cell[2]]))
  variances <- paste(sapply(1:p, function(j) label(j, j)), collapse = " + ")
  below <- cells[cells[, 1] != cells[, 2], , drop = FALSE]
  covariances <- paste(apply(below, 1, function(cell) label(cell[1], cell[2])), collapse = " + ")
  correlations <- paste(apply(below, 1, function(cell) sprintf("%s / sqrt(%s * %s)", label(cell[1], cell[2]),
    label(cell[1], cell[1]), label(cell[2], cell[2]))), collapse = " + ")
  model <- c(lines,
    sprintf("alpha := %d / %d * (1 - (%s) / (%s + 2 * (%s)))", p, p - 1, variances, variances, covariances),
    sprintf("standardized := %d / %d * (1 - %d / (%d + 2 * (%s)))", p, p - 1, p, p, correlations))
  fit <- lavaan(paste(model, collapse = "\n"), data, estimator = "ML", se = "robust.sem", meanstructure = FALSE)
  defined <- subset(parameterEstimates(fit), op == ":=")
  list(alpha = defined$est[1], alpha_se = defined$se[1],
       standardized = defined$est[2], standardized_se = defined$se[2])
}

lavaan_omega <- function(data) {
  data <- na.omit(data); items <- colnames(data); p <- length(items)
  model <- c(sprintf("f =~ %s", paste(sprintf("l%d * %s", 1:p, items), collapse = " + ")),
             sprintf("%s ~~ u%d * %s", items, 1:p, items),
             sprintf("omega := (%s)^2 / ((%s)^2 + %s)", paste0("l", 1:p, collapse = " + "),
                     paste0("l", 1:p, collapse = " + "), paste0("u", 1:p, collapse = " + ")))
  fit <- cfa(paste(model, collapse = "\n"), data, std.lv = TRUE, estimator = "MLR")
  defined <- subset(parameterEstimates(fit), op == ":=")
  list(omega = defined$est, omega_se = defined$se, n = nobs(fit))
}

raw_alpha <- function(S) ncol(S) / (ncol(S) - 1) * (1 - sum(diag(S)) / sum(S))

# Maydeu-Olivares, Coffman and Hartmann (2007), written out: full matrix of fourth moments, derivative by cell.
direct_se <- function(data) {
  data <- as.matrix(na.omit(data)); n <- nrow(data); p <- ncol(data); S <- cov(data)
  centred <- sweep(data, 2, colMeans(data))
  cells <- which(lower.tri(S, diag = TRUE), arr.ind = TRUE)
  products <- centred[, cells[, 1]] * centred[, cells[, 2]]
  deviation <- sweep(products, 2, S[cells])
  delta <- ifelse(cells[, 1] == cells[, 2], -(sum(S) - sum(diag(S))), 2 * sum(diag(S))) * p / ((p - 1) * sum(S)^2)
  sqrt(sum((deviation %*% delta)^2) / (n - 1) / n)
}

# The same with pairwise rows, pair by pair: row i adds n / n_jk times its deviation to each pair it answered.
direct_pairwise_se <- function(data) {
  data <- as.matrix(data[rowSums(!is.na(data)) > 0, ]); n <- nrow(data); p <- ncol(data)
  S <- cov(data, use = "pairwise"); influence <- numeric(n)
  for (j in 1:p) for (k in 1:p) {
    both <- !is.na(data[, j]) & !is.na(data[, k]); x <- data[both, j]; y <- data[both, k]
    delta <- p / (p - 1) * (sum(diag(S)) / sum(S)^2 - (j == k) / sum(S))
    influence[both] <- influence[both] + delta * n / sum(both) * ((x - mean(x)) * (y - mean(y)) - S[j, k])
  }
  sqrt(sum(influence^2) / (n * (n - 1)))
}

jackknife_se <- function(data, statistic) {
  n <- nrow(data); left_out <- sapply(1:n, function(i) statistic(data[-i, , drop = FALSE]))
  sqrt((n - 1) / n * sum((left_out - mean(left_out))^2))
}

# Efron (1987) on log(1 - coefficient), acceleration from the jackknife.
bca <- function(data, statistic, draws) {
  data <- as.matrix(na.omit(data)); n <- nrow(data)
  scaled <- function(rows) log(1 - statistic(cov(data[rows, ])))
  estimate <- scaled(1:n)
  resampled <- replicate(draws, scaled(sample.int(n, replace = TRUE)))
  left_out <- sapply(1:n, function(i) scaled((1:n)[-i])); pull <- mean(left_out) - left_out
  acceleration <- sum(pull^3) / (6 * sum(pull^2)^1.5)
  bias <- qnorm(mean(resampled < estimate)); shifted <- bias + qnorm(c(.025, .975))
  limits <- quantile(resampled, pnorm(bias + shifted / (1 - acceleration * shifted)), names = FALSE)
  list(limits = rev(1 - exp(limits)), se = sd(1 - exp(resampled)), draws = draws)
}
factanal_omega <- function(S) {
  fit <- factanal(covmat = S, factors = 1, control = list(opt = list(maxit = 1000)))
  scale <- sqrt(diag(S)); common <- sum(fit$loadings[, 1] * scale)^2
  common / (common + sum(fit$uniquenesses * scale^2))
}

made_items <- function(seed, n, loadings, cuts) {
  set.seed(seed); trait <- rnorm(n)
  data <- sapply(loadings, function(l) findInterval(l * trait + sqrt(1 - l^2) * rnorm(n), cuts) + 1)
  colnames(data) <- paste0("item_", seq_along(loadings)); as.data.frame(data)
}
skewed <- made_items(20, 120, c(.8, .7, .6, .5, .6), c(.3, .9, 1.5, 2))
gaps <- skewed; set.seed(21)
cell <- sample.int(600, 55); values <- as.matrix(gaps); values[cell] <- NA; values[c(7, 77), ] <- NA
gaps <- as.data.frame(values)
keyed <- skewed; keyed$item_3 <- 6 - keyed$item_3
constant <- skewed; constant$item_6 <- 3
two <- skewed[, 1:2]
# Four items and a constant one that some did not answer: it takes no rows away.
pattern <- cbind(skewed[, 1:4], item_5 = 2); pattern$item_5[c(2, 30, 31, 80)] <- NA
psych_dropping <- function(data) {  # psych leaves items without variance out
  fit <- suppressWarnings(psych::alpha(data, warnings = FALSE))
  list(n = nrow(data), items = rownames(fit$item.stats), alpha = fit$total$raw_alpha,
       alpha_standardized = fit$total$std.alpha, item_rest_correlation = fit$item.stats$r.drop,
       alpha_if_dropped = fit$alpha.drop$raw_alpha)
}

figures <- function(data) {
  alpha <- lavaan_alpha(data)
  c(list(complete = psych_figures(data, "complete")), list(lavaan = c(alpha, lavaan_omega(data))),
    list(direct_se = direct_se(data)))
}
rows <- function(data) lapply(data, function(column) column)

bfi <- read.csv(file.path(folder, "bfi.csv"), row.names = 1)
adjectives <- read.csv(file.path(folder, "big5.100.adjectives.csv"), row.names = 1)
dictionary <- read.csv(file.path(folder, "bfi.adjectives.dictionary.csv"), row.names = 1)
shy <- c("Bashful", "Inhibited", "Introverted", "Quiet", "Reserved", "Shy", "Timid", "Untalkative", "Withdrawn")
scale_of <- function(items, reversed = character()) {
  data <- bfi[, items]; data[, reversed] <- 7 - data[, reversed]; data
}
bfi_a <- scale_of(paste0("A", 1:5), "A1")
bfi_c <- scale_of(paste0("C", 1:5), c("C4", "C5"))
bfi_n <- scale_of(paste0("N", 1:5))
shyness <- adjectives[, rownames(dictionary)[match(shy, dictionary$Item)]]

set.seed(1)
output <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych")),
                lavaan = as.character(packageVersion("lavaan")), script = "reliability.R"),
  made = list(
    skewed = c(list(data = rows(skewed)), figures(skewed),
               list(bca_alpha = bca(skewed, raw_alpha, 50000),
                    bca_standardized = bca(skewed, function(S) raw_alpha(cov2cor(S)), 50000),
                    bca_omega = bca(skewed, factanal_omega, 10000))),
    gaps = c(list(data = rows(gaps)), figures(gaps), list(pairwise = psych_figures(gaps, "pairwise"), pairwise_direct_se = direct_pairwise_se(gaps),
      pairwise_jackknife_se = jackknife_se(gaps[rowSums(!is.na(gaps)) > 0, ],
                                           function(d) raw_alpha(cov(d, use = "pairwise"))))),
    keyed = list(data = rows(keyed)),
    constant = list(data = rows(constant), psych = psych_dropping(constant)),
    pattern = list(data = rows(pattern), psych = psych_dropping(pattern)),
    two = c(list(data = rows(two)), list(complete = psych_figures(two, "complete")))),
  bfi_a = figures(bfi_a), bfi_c = figures(bfi_c), bfi_n = figures(bfi_n),
  shyness = c(list(items = colnames(shyness)), figures(shyness), list(pairwise = psych_figures(shyness, "pairwise"))))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
