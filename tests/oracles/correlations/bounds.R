# Oracle of bounds on means and correlations of ranges: all corners, and optim from many starts. See README.md.
# Usage: Rscript bounds.R bounds.json
suppressPackageStartupMessages(library(jsonlite))
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(74)
r_of <- function(x, y) if (sd(x) < 1e-12 || sd(y) < 1e-12) NA else cor(x, y)
corners <- function(lower, upper) as.matrix(expand.grid(Map(function(a, b) unique(c(a, b)), lower, upper)))
# One ranged variable: the corners (where r is quasi-convex) and optim with its gradient-free line (where it is quasi-concave).
one_ranged <- function(lower, upper, y, starts = 40) {
  at <- apply(corners(lower, upper), 1, function(x) r_of(x, y))
  climb <- function(sign) max(sapply(seq_len(starts), function(i) -optim(runif(length(y), lower, upper), function(x) -sign * cor(x, y),
    function(x) { u <- x - mean(x); v <- y - mean(y); l <- sqrt(sum(u^2) * sum(v^2)); -sign * (v / l - sum(u * v) / l * u / sum(u^2)) },
    method = "L-BFGS-B", lower = lower, upper = upper, control = list(factr = 10, pgtol = 1e-14, maxit = 5000))$value))
  list(x_lower = lower, x_upper = upper, y = y, lower = min(at, -climb(-1), na.rm = TRUE), upper = max(at, climb(1), na.rm = TRUE))
}
both_ranged <- function(xl, xu, yl, yu, starts = 150) {
  n <- length(xl)
  climb <- function(sign) max(sapply(seq_len(starts), function(i) -optim(runif(2 * n, c(xl, yl), c(xu, yu)),
    function(p) -sign * cor(p[1:n], p[-(1:n)]),
    function(p) { u <- p[1:n] - mean(p[1:n]); v <- p[-(1:n)] - mean(p[-(1:n)]); l <- sqrt(sum(u^2) * sum(v^2)); r <- sum(u * v) / l
      -sign * c(v / l - r * u / sum(u^2), u / l - r * v / sum(v^2)) },
    method = "L-BFGS-B", lower = c(xl, yl), upper = c(xu, yu), control = list(factr = 10, pgtol = 1e-14, maxit = 5000))$value))
  grid_x <- corners(xl, xu); grid_y <- corners(yl, yu)
  at <- outer(seq_len(nrow(grid_x)), seq_len(nrow(grid_y)), Vectorize(function(i, j) r_of(grid_x[i, ], grid_y[j, ])))
  list(x_lower = xl, x_upper = xu, y_lower = yl, y_upper = yu, lower = min(at, -climb(-1), na.rm = TRUE), upper = max(at, climb(1), na.rm = TRUE))
}
edges <- c(0, 30, 60, 120, 180, 300)
banded <- function(n, slope) { y <- round(rnorm(n), 2); at <- pmin(pmax(round(2.5 + slope * y + rnorm(n) / 2), 1), 5)
  list(lower = edges[at], upper = edges[at + 1], y = y) }
free <- function(n, slope, width) { y <- round(rnorm(n), 2); lower <- round(slope * y + rnorm(n), 2)
  list(lower = lower, upper = lower + round(rexp(n) * width, 2) * rbinom(n, 1, .7), y = y) }
made <- c(lapply(rep(c(0, 1.5, -1.5), each = 3), function(s) banded(9, s)),
          lapply(rep(c(0, 2, -2, 5), each = 2), function(s) free(8, s, .8)), list(free(8, 3, .1), free(8, -3, .1)))
one <- lapply(made, function(m) one_ranged(m$lower, m$upper, m$y))
two <- lapply(list(c(0, 1), c(1.5, .5), c(-2, .3), c(4, .2)), function(k) { a <- free(5, k[1], k[2]); b <- free(5, 0, k[2])
  both_ranged(a$lower, a$upper, a$y, a$y + (b$upper - b$lower)) })

# Interval of Imbens and Manski: C solves F(C + apart / error) - F(-C) = level.
m <- banded(40, .5); m$upper[c(2, 9)] <- Inf; high <- ifelse(is.infinite(m$upper), 900, m$upper)
errors <- c(sd(m$lower), sd(high)) / sqrt(40); apart <- (mean(high) - mean(m$lower)) / max(errors)
C <- uniroot(function(C) pt(C + apart, 39) - pt(-C, 39) - .95, c(.5, 4), tol = 1e-13)$root
mean_case <- list(lower = m$lower, upper = ifelse(is.infinite(m$upper), "Inf", m$upper), maximum = 900, mean_lower = mean(m$lower), mean_upper = mean(high),
  midpoint = mean((m$lower + high) / 2), ci = c(mean(m$lower) - C * errors[1], mean(high) + C * errors[2]), C = C,
  plain = t.test(m$lower)$conf.int)
output <- list(source = list(R = R.version.string, script = "bounds.R"), one = one, two = two, mean = mean_case)
write_json(output, arguments[1], digits = 12, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
