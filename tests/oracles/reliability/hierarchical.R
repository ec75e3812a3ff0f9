# Oracle of omega hierarchical. See ../README.md.
# Usage: Rscript hierarchical.R FOLDER_WITH_PSYCH_R_CSV hierarchical.json
suppressPackageStartupMessages({library(psych); library(GPArotation); library(numDeriv); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

# Minimum residuals to the end (psych stops earlier), oblimin to the end, then psych's own Schmid-Leiman formulas.
minres <- function(R, m) {
  p <- ncol(R)
  parts <- function(u) eigen(R - diag(u), symmetric = TRUE)
  loss <- function(u) sum(parts(u)$values[(m + 1):p]^2) / 2
  slope <- function(u) { e <- parts(u); -c(e$vectors[, (m + 1):p, drop = FALSE]^2 %*% e$values[(m + 1):p]) }
  u <- (1 - m / (2 * p)) / diag(solve(R))
  u <- nlminb(u, loss, slope, control = list(rel.tol = 1e-15, x.tol = 1e-15, iter.max = 2000, eval.max = 4000))$par
  for (i in 1:4) u <- u - solve(jacobian(slope, u), slope(u))  # Newton to the end
  e <- parts(u); list(loadings = e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(e$values[1:m]), m), unique = u)
}
omegas <- function(R, m) {
  fit <- minres(R, m); start <- varimax(fit$loadings, normalize = FALSE)$loadings
  turned <- suppressWarnings(oblimin(unclass(start), eps = 1e-9, maxit = 3000)); Phi <- turned$Phi
  g <- if (m == 2) sqrt(abs(Phi[1, 2])) * c(1, sign(Phi[1, 2])) else minres(Phi, 1)$loadings[, 1]
  general <- c(turned$loadings %*% g)
  c(sum(general)^2, sum(R) - sum(fit$unique)) / sum(R)
}
full <- function(cells, p) { S <- diag(p); S[lower.tri(S, TRUE)] <- cells; S[upper.tri(S)] <- t(S)[upper.tri(S)]; S }
figures <- function(data, m, psych = TRUE, se = TRUE) {
  data <- as.matrix(na.omit(data)); n <- nrow(data); S <- cov(data); p <- ncol(S); strict <- omegas(cov2cor(S), m)
  result <- list(n = n, omega_hierarchical = strict[1], omega_total_minres = strict[2])
  if (psych) {
    found <- suppressMessages(suppressWarnings(psych::omega(data, nfactors = m, fm = "minres", rotate = "oblimin", flip = FALSE, plot = FALSE)))
    result$psych <- list(omega_hierarchical = found$omega_h, omega_total_minres = found$omega.tot)
    if (m > 2) result$general <- unname(found$schmid$sl[, "g"])
  }
  if (se) {
    cells <- S[lower.tri(S, TRUE)]; moved <- function(j, h) { cells[j] <- cells[j] + h; omegas(cov2cor(full(cells, p)), m) }
    slope <- sapply(seq_along(cells), function(j) (moved(j, 1e-4) - moved(j, -1e-4)) / 2e-4)
    at <- which(lower.tri(S, TRUE), arr.ind = TRUE); centred <- sweep(data, 2, colMeans(data))
    deviation <- sweep(centred[, at[, 1]] * centred[, at[, 2]], 2, S[at])
    result$se <- sqrt(colSums((deviation %*% t(slope))^2) / (n * (n - 1)))
  }
  result
}
grouped <- function(seed, n, group, strength) {
  set.seed(seed); g <- rnorm(n); f <- matrix(rnorm(n * max(group)), n)
  data <- sapply(seq_along(group), function(j) findInterval(strength[j] * g + .5 * f[, group[j]] + .7 * rnorm(n), c(-1.2, -.4, .4, 1.2)) + 1)
  colnames(data) <- paste0("item_", seq_along(group)); as.data.frame(data)
}
three <- grouped(61, 300, rep(1:3, each = 3), c(.6, .5, .7, .5, .6, .4, .6, .5, .5))
two <- grouped(62, 250, rep(1:2, each = 3), c(.6, .5, .7, .5, .6, .4))
bfi <- na.omit(read.csv(file.path(arguments[1], "bfi.csv"), row.names = 1)[, 1:25])
keyed <- c("A1", "C4", "C5", "E1", "E2", "N1", "N2", "N3", "N4", "N5", "O2", "O5"); bfi[, keyed] <- 7 - bfi[, keyed]
columns <- function(data) lapply(data, function(column) column)
output <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych")), fm = "minres", rotate = "oblimin",
                GPArotation = as.character(packageVersion("GPArotation")), script = "hierarchical.R"),
  three = c(list(data = columns(three)), figures(three, 3)), two = c(list(data = columns(two)), figures(two, 2)),
  bfi_25 = figures(bfi, 5, se = FALSE), bfi_reversed = keyed)
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
