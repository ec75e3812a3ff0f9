# Oracle of survey_stats.statistics.regression on the real data beside the checkout: results only, no data. See ../README.md.
# Usage: Rscript real_data.R FOLDER_OF_DATA real_data.json
suppressPackageStartupMessages({library(survey); library(MASS); library(lme4); library(lmerTest); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
read <- function(...) read.csv(file.path(arguments[1], ...))
strict <- glm.control(epsilon = 1e-15, maxit = 100)
out <- function(fit, design) list(estimate = unname(coef(fit)), standard_error = unname(SE(fit)), df = degf(design))
clus2 <- svydesign(ids = ~ dnum + snum, fpc = ~ fpc1 + fpc2, data = read("survey_r", "apiclus2.csv"))
strat <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = read("survey_r", "apistrat.csv"))
nhanes <- svydesign(ids = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = read("survey_r", "nhanes.csv"))
es <- read("es_twitter", "data.csv")
mixed <- lmer(pos_aff ~ used_tt + neuroticism + (1 | random_id), es, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-14, maxfun = 1e6)))
found <- summary(mixed)$coefficients; v <- as.data.frame(VarCorr(mixed))$vcov
output <- list(source = list(R = R.version.string, script = "real_data.R", survey = as.character(packageVersion("survey")), lmerTest = as.character(packageVersion("lmerTest"))),
  two_stage = out(svyglm(api00 ~ ell + meals + mobility, clus2), clus2),
  stratified = out(svyglm(I(comp.imp == "Yes") ~ ell + meals, strat, family = quasibinomial(), control = strict), strat),
  nhanes = out(svyglm(HI_CHOL ~ factor(race) + agecat, nhanes, family = quasibinomial(), control = strict), nhanes),
  nhanes_rates = out(svyglm(HI_CHOL ~ factor(race) + agecat, nhanes, family = quasipoisson(), control = strict), nhanes),
  experience_sampling = list(n = nobs(mixed), n_groups = ngrps(mixed)[[1]], estimate = unname(found[, 1]), standard_error = unname(found[, 2]), df = unname(found[, 3]),
    between = v[1], within = v[2]))
write_json(output, arguments[2], digits = 15, auto_unbox = TRUE, pretty = TRUE)
