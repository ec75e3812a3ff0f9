# Oracle of survey_stats.statistics.raking and of the replicates made from a design. See README.md beside it.
# Usage: Rscript raking.R ../design/design.json raking.json
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
plain <- function(x) unname(as.numeric(x))

# The made data of the design's oracle, with positive weights, and a third margin.
made <- as.data.frame(fromJSON(arguments[1])$data, stringsAsFactors = FALSE)
made$weight[made$weight == 0] <- 1
set.seed(61)
made$school <- sample(c("high", "low", "middle"), nrow(made), TRUE, c(.3, .4, .3))
base <- svydesign(~cluster, strata = ~stratum, weights = ~weight, data = made)
sized <- svydesign(~cluster, strata = ~stratum, weights = ~weight, fpc = ~clusters_in_population, data = made)
targets <- list(sex = c(f = 60, m = 50), age = c(middle = 40, old = 30, young = 40), school = c(high = 30, low = 50, middle = 30))
margin <- function(name) { frame <- data.frame(names(targets[[name]]), plain(targets[[name]])); names(frame) <- c(name, "Freq"); frame }
rake_to <- function(design) rake(design, list(~sex, ~age, ~school), list(margin("sex"), margin("age"), margin("school")),
                                 control = list(maxit = 500, epsilon = 1e-13))
population <- c(`(Intercept)` = 110, sexm = 50, ageold = 30, ageyoung = 40, schoollow = 50, schoolmiddle = 30)
calibrated <- function(design, ...) calibrate(design, ~sex + age + school, population, calfun = "raking", epsilon = 1e-13, maxit = 5000, ...)
figures <- function(design) {
  mean <- svymean(~y + x, design); total <- svytotal(~y + x, design); domain <- svymean(~y, subset(design, sex == "f"))
  ratio <- svyratio(~y, ~x, design)
  list(weights = plain(weights(design, "sampling")), mean = plain(coef(mean)), mean_se = plain(SE(mean)), total = plain(coef(total)),
       total_se = plain(SE(total)), domain = plain(coef(domain)), domain_se = plain(SE(domain)), ratio = plain(coef(ratio)),
       ratio_se = plain(SE(ratio)))
}
mean_weight <- 110 / nrow(made)
bounds <- list(lower = .3 * mean_weight, upper = 2.5 * mean_weight)
cells <- as.data.frame(table(sex = made$sex, age = made$age)); cells$Freq <- c(18, 22, 17, 13, 25, 15)
# Replicates: made by R, and raked again each.
replicated <- function(design) c(figures(calibrated(design)), list(base = unname(weights(design, "analysis")), scale = design$scale,
  rscales = design$rscales, plain_se = plain(SE(svymean(~y + x, design)))))
# rake() stops when the full sample holds; calibrate() takes each replicate to its end. The first seed in which all get there.
for (seed in 62:200) { set.seed(seed)
  bootstrap <- as.svrepdesign(base, type = "subbootstrap", replicates = 30, mse = TRUE)
  if (!is.null(tryCatch(calibrated(bootstrap), warning = function(w) NULL, error = function(e) NULL))) break }
simple <- svydesign(~cluster, weights = ~weight, data = made)

data(api)
schools <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
of_schools <- rake(schools, list(~stype, ~sch.wide), list(types, wide), control = list(maxit = 100, epsilon = 1e-12))

output <- list(
  source = list(R = R.version.string, survey = as.character(packageVersion("survey")), script = "raking.R"),
  data = lapply(made, function(column) column), targets = lapply(targets, as.list),
  raked = c(list(raked_weights = plain(weights(rake_to(base)))), figures(calibrated(base))),
  sized = figures(calibrated(sized)),
  trimmed = c(bounds, figures(calibrated(base, bounds = bounds, bounds.const = TRUE))),
  cells = as.list(cells), post = figures(postStratify(base, ~sex + age, cells)),
  jackknife = replicated(as.svrepdesign(base, type = "JKn", mse = TRUE)),
  jackknife_sized = replicated(as.svrepdesign(sized, type = "JKn", mse = TRUE)),
  jackknife_simple = replicated(as.svrepdesign(simple, type = "JK1", mse = TRUE)),
  bootstrap = replicated(bootstrap),
  schools = list(mean = plain(coef(svymean(~api00, of_schools))), mean_se = plain(SE(svymean(~api00, of_schools))),
                 total = plain(coef(svytotal(~enroll, of_schools))), total_se = plain(SE(svytotal(~enroll, of_schools)))))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, pretty = TRUE)
