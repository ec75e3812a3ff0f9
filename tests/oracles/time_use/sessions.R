# Oracle of survey_stats.time_use.sessions: visits of made persons over the end of summer time, one by one in a loop.
# Usage: Rscript sessions.R sessions.json
suppressPackageStartupMessages(library(jsonlite))
arguments <- commandArgs(trailingOnly = TRUE)
set.seed(7)
zone <- "Europe/Oslo"; invisible(Sys.setlocale("LC_COLLATE", "C"))
first <- as.numeric(as.POSIXct("2024-10-26 15:00:00", tz = zone))
person <- function(id) {
  n <- 40
  start <- first + cumsum(round(rexp(n, 1 / c(40, 90, 400, 1500, 4000)[sample.int(5, n, TRUE)]) * 4) / 4)
  length <- ifelse(runif(n) < .4, round(rexp(n, 1 / 700) * 4) / 4, NA)
  data.frame(person = id, medium = sample(c("news", "social_media", "games"), n, TRUE),
             device = sample(c("phone", "desktop"), n, TRUE, c(.7, .3)), start = start, end = start + length)
}
visits <- do.call(rbind, lapply(1:12, person))
visits <- rbind(visits, transform(visits[c(5, 77), ], device = "phone"))          # begin in the same instant
visits$end[c(30, 130)] <- visits$start[c(30, 130)] - 60                           # end before they start
visits$end[200] <- visits$start[200] + 90000                                      # over 24 hours
visits$end[303] <- visits$start[303] + 80000                                      # over two midnights? no: one, long
visits <- visits[sample.int(nrow(visits)), ]; rownames(visits) <- NULL

day_of <- function(at) format(as.POSIXct(at, origin = "1970-01-01", tz = zone), "%Y-%m-%d")
midnight <- function(day) as.numeric(as.POSIXct(paste(day, "00:00:00"), tz = zone))
after <- function(day) format(as.Date(day) + 1)

run <- function(gap, cap, count_cap, by, apart) {
  rows <- visits[order(visits$start, ifelse(is.na(visits$end), visits$start, visits$end), visits$medium, visits$device), ]
  stream <- paste(rows$person, if (apart) rows$device else "")
  unit <- paste(rows$person, if (by == "medium") rows$medium else "", if (apart) rows$device else "", sep = "|")
  n <- nrow(rows); rows$begin <- rows$stop <- rows$start; rows$unknown <- rows$overlap <- 0
  usable <- !is.na(rows$end) & rows$end >= rows$start & rows$end - rows$start <= 86400
  faulty <- !is.na(rows$end) & !usable
  for (i in 1:n) {
    same <- which(stream == stream[i]); place <- which(same == i)
    earlier <- same[seq_len(place - 1)]
    ends <- rows$end[earlier][usable[earlier]]
    if (length(ends) && max(ends) > rows$start[i]) { rows$begin[i] <- max(ends); rows$overlap[i] <- 1 }
    if (usable[i]) rows$stop[i] <- rows$end[i]
    else if (faulty[i] || place == length(same)) rows$unknown[i] <- 1
    else {
      wait <- rows$start[same[place + 1]] - rows$start[i]
      if (wait <= cap) rows$stop[i] <- rows$start[i] + wait
      else if (count_cap) rows$stop[i] <- rows$start[i] + cap
      else rows$unknown[i] <- 1
    }
    rows$stop[i] <- max(rows$stop[i], rows$begin[i])
  }
  rows$session <- 0; rows$new <- 0
  for (key in unique(unit)) {
    number <- 0; active <- -Inf
    for (i in which(unit == key)) {
      if (rows$start[i] - active > gap) { number <- number + 1; rows$new[i] <- 1 }
      rows$session[i] <- number
      active <- max(active, rows$start[i], if (usable[i]) rows$end[i])
    }
  }
  keys <- c("person", if (by == "medium") "medium", if (apart) "device")
  table <- lapply(split(seq_len(n), paste(unit, rows$session)), function(i) {
    c(as.list(rows[i[1], keys, drop = FALSE]), list(session = rows$session[i[1]], start = min(rows$start[i]), end = max(rows$stop[i]),
      day = day_of(min(rows$start[i])), minutes = sum(rows$stop[i] - rows$begin[i]) / 60, visits = length(i),
      visits_unknown = sum(rows$unknown[i]), visits_overlapping = sum(rows$overlap[i])))
  })
  days <- list()
  add <- function(i, day, minutes, count) {
    key <- paste(unit[i], day)
    if (is.null(days[[key]])) days[[key]] <<- c(as.list(rows[i, keys, drop = FALSE]),
      list(day = day, minutes = 0, sessions = 0, visits = 0, visits_unknown = 0))
    days[[key]]$minutes <<- days[[key]]$minutes + minutes
    if (count) {
      days[[key]]$sessions <<- days[[key]]$sessions + rows$new[i]; days[[key]]$visits <<- days[[key]]$visits + 1
      days[[key]]$visits_unknown <<- days[[key]]$visits_unknown + rows$unknown[i]
    }
  }
  for (i in 1:n) {
    day <- day_of(rows$start[i]); counted <- TRUE
    repeat {
      from <- max(rows$begin[i], midnight(day)); to <- min(rows$stop[i], midnight(after(day)))
      add(i, day, max(0, to - from) / 60, counted); counted <- FALSE
      day <- after(day)
      if (rows$stop[i] <= midnight(day)) break
    }
  }
  frame <- function(list) as.list(do.call(rbind, lapply(unname(list), as.data.frame)))
  list(options = list(gap = gap, cap = cap, count_cap = count_cap, by = by, apart = apart), table = frame(table), days = frame(days))
}
runs <- list(usual = run(1800, 300, FALSE, "medium", FALSE), apart = run(1800, 300, FALSE, "medium", TRUE),
             whole = run(600, 120, TRUE, "person", FALSE))
output <- list(source = list(R = R.version.string, script = "sessions.R"), zone = zone, visits = as.list(visits), runs = runs)
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null")
