# Oracle of survey_stats.statistics.design. See README.md beside it.
# Usage: Rscript design.R design.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)

# Made data: three strata, clusters within them, three rows a cluster, unequal weights, some without a weight.
set.seed(31)
clusters_of <- c(a = 5, b = 4, c = 6)
data <- do.call(rbind, lapply(names(clusters_of), function(stratum) do.call(rbind, lapply(
  seq_len(clusters_of[[stratum]]), function(cluster) data.frame(stratum = stratum, cluster = paste0(stratum, cluster),
    inner = cluster, person = 1:3, stringsAsFactors = FALSE)))))
n <- nrow(data)
effect <- rnorm(length(unique(data$cluster)))[match(data$cluster, unique(data$cluster))]
data$y <- round(50 + 10 * effect + 8 * rnorm(n), 2)
data$x <- round(20 + 0.3 * data$y + 4 * rnorm(n), 2)
data$weight <- round(runif(n, .5, 4), 2); data$weight[c(4, 20)] <- 0
data$sex <- ifelse(runif(n) < .45, "f", "m")
data$age <- sample(c("young", "middle", "old"), n, TRUE)
data$clusters_in_population <- c(a = 20, b = 9, c = 40)[data$stratum]
data$persons_in_cluster <- 12
data$lonely <- ifelse(data$cluster == "a1", "alone", data$stratum)

figures <- function(design) {
  mean <- svymean(~y + x, design); total <- svytotal(~y + x, design); ratio <- svyratio(~y, ~x, design)
  inside <- subset(design, sex == "f"); domain <- svymean(~y, inside)
  list(mean = as.numeric(coef(mean)), mean_vcov = unname(vcov(mean)), total = as.numeric(coef(total)),
       total_vcov = unname(vcov(total)), ratio = as.numeric(coef(ratio)), ratio_se = as.numeric(SE(ratio)),
       domain = as.numeric(coef(domain)), domain_se = as.numeric(SE(domain)), df = degf(design))
}
lonely <- function(option) { options(survey.lonely.psu = option)
  result <- figures(svydesign(~cluster, strata = ~lonely, weights = ~weight, data = data))
  options(survey.lonely.psu = "fail"); result }
stratified <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = data)
# Replicate weights are handed over, so that both sides compute from the same ones.
positive <- data; positive$weight[positive$weight == 0] <- 1
base <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = positive)
simple <- svydesign(~cluster, weights = ~weight, data = positive)
replicated <- function(design) c(figures(design), list(weights = unname(weights(design, "analysis")),
  scale = design$scale, rscales = design$rscales, mse = design$mse))
set.seed(32)
replicates <- list(jk1 = as.svrepdesign(simple, type = "JK1", mse = TRUE),
                   jkn = as.svrepdesign(base, type = "JKn", mse = TRUE),
                   jkn_centred = as.svrepdesign(base, type = "JKn", mse = FALSE),
                   bootstrap = as.svrepdesign(base, type = "bootstrap", replicates = 40, mse = TRUE))
multipliers <- matrix(sample(c(1 + 2^-1.5, 1 - 2^-1.5, 1), n * 16, TRUE), n)  # shape of successive differences
successive <- svrepdesign(data = positive, weights = ~weight, repweights = positive$weight * multipliers,
                          type = "successive-difference", combined.weights = TRUE, mse = TRUE)
population <- list(sex = c(f = 60, m = 50), age = c(middle = 40, old = 30, young = 40))
margin <- function(name) { frame <- data.frame(names(population[[name]]), as.numeric(population[[name]]))
  names(frame) <- c(name, "Freq"); frame }
raked <- rake(base, list(~sex, ~age), list(margin("sex"), margin("age")), control = list(maxit = 200, epsilon = 1e-12))
# The standard error after raking by calibration-aware linearisation: calibrate with the raking distance.
calibrated <- calibrate(base, ~sex + age, c(`(Intercept)` = 110, sexm = 50, ageold = 30, ageyoung = 40),
                        calfun = "raking", epsilon = 1e-12, maxit = 200)
post <- postStratify(base, ~sex, margin("sex"))

output <- list(
  source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "design.R"),
  data = lapply(data, function(column) column),
  weights = figures(svydesign(~1, weights = ~weight, data = data)),
  stratified = figures(stratified),
  nested = figures(svydesign(~inner, strata = ~stratum, nest = TRUE, weights = ~weight, data = data)),
  fpc = figures(svydesign(~cluster, strata = ~stratum, weights = ~weight, fpc = ~clusters_in_population, data = data)),
  two_stage = figures(svydesign(~cluster + person, strata = ~stratum, weights = ~weight,
                                fpc = ~clusters_in_population + persons_in_cluster, data = data)),
  lonely = lapply(c(remove = "remove", certainty = "certainty", adjust = "adjust", average = "average"), lonely),
  positive = positive$weight,
  replicates = lapply(replicates, replicated), successive_difference = replicated(successive),
  raked = list(weights = weights(raked), mean_se = as.numeric(SE(svymean(~y + x, calibrated))),
               mean = as.numeric(coef(svymean(~y + x, calibrated))), calibrated = weights(calibrated)),
  post = c(list(weights = weights(post)), figures(post)),
  kish = list(deff = n * sum(data$weight^2) / sum(data$weight)^2))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, pretty = TRUE)
