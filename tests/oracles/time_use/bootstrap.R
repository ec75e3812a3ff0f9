# Oracle of the bootstrap over persons: R survey's subsample bootstrap (Rao and Wu 1988) of the persons in audience.json.
# Usage: Rscript bootstrap.R audience.json bootstrap.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
data <- as.data.frame(fromJSON(arguments[1])$data)
set.seed(3); draws <- 20000
errors <- function(design) {
  replicates <- as.svrepdesign(design, type = "subbootstrap", replicates = draws, compress = TRUE)
  replicates <- subset(replicates, !is.na(social_media)); rows <- update(replicates, u = as.numeric(social_media > 0))
  total <- svytotal(~social_media, rows); reach <- svymean(~u, rows); mean <- svymean(~social_media, rows)
  ratio <- svyratio(~social_media, ~u, rows)
  list(time_total = SE(total)[[1]], reach = SE(reach)[[1]], time_per_capita = SE(mean)[[1]], time_per_user = sqrt(ratio$var[1]))
}
clustered <- svydesign(~school, strata = ~stratum, weights = ~weight, data = data)
weighted <- svydesign(~1, weights = ~weight, data = data)
output <- list(source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "bootstrap.R", draws = draws),
  clustered = errors(clustered), weighted = errors(weighted))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, pretty = TRUE)
