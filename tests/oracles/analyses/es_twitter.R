# Oracle for analyses/active_use_by_occasion.py on the experience-sampling data of
# Oldemburgo de Mello, Cheung & Inzlicht (2024). Run from the root of the repository:
#   Rscript tests/oracles/analyses/es_twitter.R ../shared/data/es_twitter/data.csv
suppressPackageStartupMessages(library(jsonlite))
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1], stringsAsFactors = FALSE)
truth <- function(x) as.integer(x == "True" | x == "TRUE" | x == TRUE | x == 1)
d$posted <- truth(d$w_tweeted)
d$shared <- truth(d$w_rt)
d$replied <- truth(d$w_commented)
d$active <- pmax(d$posted, d$shared, d$replied)
person <- function(x, rows) tapply(x[rows], factor(d$random_id[rows], levels = unique(d$random_id)), mean)
trait <- function(name) tapply(d[[name]], factor(d$random_id, levels = unique(d$random_id)), function(v) v[1])
used <- d$used_tt == 1
count <- tapply(used, factor(d$random_id, levels = unique(d$random_id)), sum)
shares <- list(
  active_when_used = person(d$active, used),
  active_when_used_often = ifelse(count >= 5, person(d$active, used), NA),
  active_at_all = person(d$active, rep(TRUE, nrow(d))),
  posted_when_used = person(d$posted, used),
  posted_at_all = person(d$posted, rep(TRUE, nrow(d)))
)
sociability <- trait("sociability")
rows <- lapply(names(shares), function(name) {
  y <- shares[[name]]
  keep <- !is.na(y) & !is.na(sociability)
  p <- cor.test(sociability[keep], y[keep])
  s <- suppressWarnings(cor.test(sociability[keep], y[keep], method = "spearman", exact = FALSE))
  list(name = name, n = sum(keep), pearson = unname(p$estimate), pearson_lower = p$conf.int[1],
       pearson_upper = p$conf.int[2], pearson_p = p$p.value, spearman = unname(s$estimate))
})
u <- d[used, ]
m <- glm(active ~ sociability, binomial, u)
X <- model.matrix(m)
e <- X * (u$active - fitted(m))
meat <- crossprod(rowsum(e, u$random_id))
g <- length(unique(u$random_id)); n <- nrow(u); k <- ncol(X)
V <- vcov(m) %*% meat %*% vcov(m)
logistic <- list(coefficients = unname(coef(m)), se_cr0 = unname(sqrt(diag(V))),
                 se_g = unname(sqrt(diag(V) * g / (g - 1))),
                 se_cr1 = unname(sqrt(diag(V) * g / (g - 1) * (n - 1) / (n - k))), n = n, clusters = g)
check <- function(a, b) { x <- trait(a); y <- trait(b); ok <- !is.na(x) & !is.na(y)
  list(n = sum(ok), r = cor(x[ok], y[ok])) }
out <- list(
  source = list(R = R.version.string, script = "tests/oracles/analyses/es_twitter.R"),
  persons = length(sociability), prompts = nrow(d), prompts_used = sum(used),
  definitions = rows, logistic = logistic,
  published_checks = list(neuroticism_loneliness = check("neuroticism", "loneliness"),
                          self_esteem_loneliness = check("self_esteem", "loneliness")))
write_json(out, "tests/oracles/analyses/es_twitter.json", auto_unbox = TRUE, digits = 17, pretty = TRUE)
