# Oracle of survey_stats.statistics.regression: simple slopes and Johnson-Neyman boundaries. See ../README.md.
# Usage: Rscript moderation.R moderation.json   (reads the data of families.json)
suppressPackageStartupMessages({library(survey); library(sandwich); library(clubSandwich); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
data <- as.data.frame(fromJSON("families.json")$data)
data$crossed <- data$score + .05 * data$shyness * (data$age - 38)
rows <- data[complete.cases(data[, c("crossed", "shyness", "age", "country")]), ]
slopes <- function(b, V, df, values, main = "shyness", product = "shyness:age") {
  found <- sapply(values, function(m) {
    l <- setNames(numeric(length(b)), names(b)); l[main] <- 1; l[product] <- m
    estimate <- sum(l * b); se <- sqrt(drop(l %*% V %*% l)); q <- if (is.na(df)) qnorm(.975) else qt(.975, df)
    t <- estimate / se; c(estimate, se, estimate - q * se, estimate + q * se, 2 * (if (is.na(df)) pnorm(-abs(t)) else pt(-abs(t), df)))
  })
  list(value = values, estimate = found[1, ], standard_error = found[2, ], ci_lower = found[3, ], ci_upper = found[4, ], p_value = found[5, ])
}
boundaries <- function(b, V, df, range) {  # where |t| crosses its critical value, by bisection
  f <- function(m) sapply(m, function(x) { l <- setNames(numeric(length(b)), names(b)); l["shyness"] <- 1; l["shyness:age"] <- x
    abs(sum(l * b)) / sqrt(drop(l %*% V %*% l)) - qt(.975, df) })
  grid <- seq(range[1], range[2], length.out = 2001); value <- f(grid); at <- which(diff(sign(value)) != 0)
  sapply(at, function(i) uniroot(f, grid[i + 0:1], tol = 1e-13)$root)
}
at_sd <- function(x) mean(x) + c(-1, 0, 1) * sd(x)
fit <- lm(crossed ~ shyness * age + country, rows)
linear <- slopes(coef(fit), vcovHC(fit, "HC3"), df.residual(fit), at_sd(rows$age))
jn <- boundaries(coef(fit), vcovHC(fit, "HC3"), df.residual(fit), range(rows$age))

design <- svydesign(ids = ~person, strata = ~stratum, weights = ~weight, data = data)
svy <- svyglm(crossed ~ shyness * age + country, design)
survey_ <- slopes(coef(svy), vcov(svy), degf(design), c(20, 40, 60))
survey_jn <- boundaries(coef(svy), vcov(svy), degf(design), range(rows$age))

logit <- glm(active ~ shyness * age, binomial, data[complete.cases(data[, c("active", "shyness", "age")]), ], control = glm.control(epsilon = 1e-15, maxit = 100))
logistic <- slopes(coef(logit), vcov(logit), NA, c(25, 50))

by_country <- lm(crossed ~ shyness * country, rows)
category <- lapply(c(de = "de", "in" = "in", no = "no"), function(country) {
  l <- as.numeric(names(coef(by_country)) %in% c("shyness", paste0("shyness:country", country)))
  found <- linear_contrast(by_country, vcovCR(by_country, rows$person, "CR2"), matrix(l, 1), test = "Satterthwaite", p_values = TRUE)
  list(estimate = found$Est, standard_error = found$SE, df = found$df, p_value = found$p_val)
})
output <- list(source = list(R = R.version.string, script = "moderation.R", survey = as.character(packageVersion("survey")),
    sandwich = as.character(packageVersion("sandwich")), clubSandwich = as.character(packageVersion("clubSandwich"))),
  linear = linear, johnson_neyman = jn, survey = survey_, survey_johnson_neyman = survey_jn, logistic = logistic, category = category)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
