# Oracle of correlate(design=): weighted correlation by the delta method on five weighted means.
# Usage: Rscript correlation.R design.json correlation.json (the data and weights of design.R)
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
oracle <- fromJSON(arguments[1]); data <- as.data.frame(oracle$data, stringsAsFactors = FALSE)
data$x[c(3, 17, 30)] <- NA
figures <- function(design) {
  whole <- subset(design, !is.na(x))
  whole <- update(whole, a = x, b = y, aa = x^2, bb = y^2, ab = x * y)
  r <- svycontrast(svymean(~a + b + aa + bb + ab, whole),
                   quote((ab - a * b) / sqrt((aa - a^2) * (bb - b^2))))
  estimate <- coef(r)[[1]]; z_se <- SE(r)[[1]] / (1 - estimate^2); df <- degf(design); t <- atanh(estimate) / z_se
  list(estimate = estimate, z_se = z_se, df = df, statistic = t, p = 2 * pt(-abs(t), df),
       ci = tanh(atanh(estimate) + c(-1, 1) * qt(.975, df) * z_se), n = sum(!is.na(data$x) & data$weight > 0))
}
positive <- data; positive$weight <- oracle$positive
jackknife <- svrepdesign(data = positive, weights = ~weight, repweights = oracle$replicates$jk1$weights, type = "JK1",
                         scale = oracle$replicates$jk1$scale, rscales = oracle$replicates$jk1$rscales, mse = TRUE)
jackknife_r <- withReplicates(subset(jackknife, !is.na(x)), function(w, d) cov.wt(cbind(d$x, d$y), w, cor = TRUE)$cor[1, 2])
output <- list(source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "correlation.R"),
  x = data$x, weights = figures(svydesign(~1, weights = ~weight, data = data)),
  clustered = figures(svydesign(~cluster, strata = ~stratum, weights = ~weight, data = data)),
  jackknife = list(estimate = coef(jackknife_r)[[1]], se = SE(jackknife_r)[[1]]))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, na = "null", pretty = TRUE)
