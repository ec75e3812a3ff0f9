# Oracle of survey_stats.measures. See README.md in this folder.
# Usage: Rscript scoring.R FOLDER_WITH_PSYCH_R_CSV scoring.json
suppressPackageStartupMessages({library(psych); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
bfi <- read.csv(file.path(arguments[1], "bfi.csv"), row.names = 1)[, 1:25]
reversed <- c("A1", "C4", "C5", "E1", "E2", "O2", "O5")
letters_of <- c("A", "C", "E", "N", "O")
keys <- lapply(letters_of, function(l) {
  items <- paste0(l, 1:5)
  ifelse(items %in% reversed, paste0("-", items), items)
})
names(keys) <- letters_of

# Means and sums of the answered items after reversal; nothing is imputed.
means <- psych::scoreItems(keys, bfi, totals = FALSE, missing = TRUE, impute = "none", min = 1, max = 6)$scores
turned <- psych::reverse.code(ifelse(colnames(bfi) %in% reversed, -1, 1), bfi, mini = 1, maxi = 6)
colnames(turned) <- colnames(bfi)

item_rest <- function(data) {
  lapply(letters_of, function(l) {
    used <- na.omit(data[, paste0(l, 1:5)])
    psych::alpha(as.data.frame(used), warnings = FALSE)$item.stats$r.drop
  })
}
set <- function(data) setNames(item_rest(data), letters_of)
summary_of <- function(x) list(n = sum(!is.na(x)), mean = mean(x, na.rm = TRUE), sd = sd(x, na.rm = TRUE),
                               min = min(x, na.rm = TRUE), max = max(x, na.rm = TRUE))
complete <- function(l) rowSums(is.na(bfi[, paste0(l, 1:5)])) == 0
out <- list(
  source = list(R = R.version.string, psych = as.character(packageVersion("psych"))),
  means = lapply(setNames(letters_of, letters_of), function(l) summary_of(means[, l])),
  means_complete = lapply(setNames(letters_of, letters_of), function(l) summary_of(means[complete(l), l])),
  first_means = as.data.frame(means[1:40, ]),
  item_rest = list(keyed = set(turned), raw = set(bfi)),
  standardised = local({
    made <- data.frame(a = c(1, 2, 4, 5, 3, NA), friends = c(10, 250, 40, 900, NA, 120), minutes = c(5, 60, 30, 240, 15, 90))
    z <- scale(made)
    list(data = made, score = rowMeans(z, na.rm = TRUE))
  })
)
write_json(out, arguments[2], digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE)
