# Oracle of balanced and paired replicates in survey_stats.statistics.design. See README.md beside it.
# Usage: Rscript replicates.R replicates.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
plain <- function(x) unname(as.numeric(x))

# Made data: six strata with two clusters each, three rows a cluster.
set.seed(71)
data <- expand.grid(person = 1:3, cluster = 1:2, stratum = letters[1:6], stringsAsFactors = FALSE)
data$cluster <- paste0(data$stratum, data$cluster)
data$y <- round(40 + 3 * match(data$stratum, letters) + 6 * rnorm(12)[match(data$cluster, unique(data$cluster))] + 4 * rnorm(36), 2)
data$x <- round(10 + .4 * data$y + 3 * rnorm(36), 2)
data$sex <- sample(c("f", "m"), 36, TRUE)
data$weight <- round(runif(36, .5, 3), 2)
design <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = data)
# JK2: a replicate a stratum, one of its clusters left out, the other counted twice.
pairs <- sapply(letters[1:6], function(one) ifelse(data$stratum != one, 1, ifelse(grepl("1$", data$cluster), 0, 2)))
replicates <- list(
  brr = as.svrepdesign(design, type = "BRR", mse = TRUE),
  fay = as.svrepdesign(design, type = "Fay", fay.rho = .3, mse = TRUE),
  jk2 = svrepdesign(data = data, weights = ~weight, repweights = pairs * data$weight, type = "JK2", combined.weights = TRUE, mse = TRUE))
figures <- function(one) {
  mean <- svymean(~y + x, one); total <- svytotal(~y + x, one); ratio <- svyratio(~y, ~x, one)
  domain <- svymean(~y, subset(one, sex == "f")); median <- svyquantile(~y, one, .5, interval.type = "mean", qrule = "hf1", df = degf(one))$y
  list(weights = unname(weights(one, "analysis")), mean_se = plain(SE(mean)), total_se = plain(SE(total)), ratio_se = plain(SE(ratio)),
       domain_se = plain(SE(domain)), median = plain(median), df = degf(one))
}
write_json(list(source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "replicates.R"),
                data = lapply(data, function(column) column), rho = .3, replicates = lapply(replicates, figures)),
           arguments[1], digits = 15, auto_unbox = TRUE, pretty = TRUE)
