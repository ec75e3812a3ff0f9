# Oracle of survey_stats.time_use.sessions by another road: each second of a person is given to one visit, and each second
# has its local date. Clocks that change at midnight, by half an hour, by a whole day, in spring and in autumn.
# Usage: Rscript clocks.R clocks.json
suppressPackageStartupMessages(library(jsonlite)); arguments <- commandArgs(trailingOnly = TRUE); set.seed(31)
cases <- list(spring = c("Europe/Oslo", "2024-03-30 20:00:00"), autumn = c("America/New_York", "2023-11-04 20:00:00"),
  no_midnight = c("America/Sao_Paulo", "2018-11-03 20:00:00"), two_midnights = c("America/Havana", "2023-11-04 20:00:00"),
  half_hour = c("Australia/Lord_Howe", "2024-04-06 20:00:00"), no_day = c("Pacific/Apia", "2011-12-29 18:00:00"),
  never = c("Asia/Kathmandu", "2024-06-30 20:00:00"))
gap <- 1800; cap <- 300
make <- function(case) {
  first <- as.numeric(as.POSIXct(case[2], tz = case[1]))
  do.call(rbind, lapply(1:4, function(id) {
    n <- 30; start <- first + cumsum(sample(c(0, 20, 100, 299, 300, 301, 1799, 1800, 1801, 5000), n, TRUE))
    length <- ifelse(runif(n) < .45, sample(c(0, 30, 400, 3000, 20000), n, TRUE, c(.1, .4, .3, .15, .05)), NA)
    visits <- data.frame(person = id, medium = sample(c("news", "games"), n, TRUE), device = sample(c("phone", "desktop"), n, TRUE),
                         start = start, end = start + length)
    visits[!duplicated(visits$start), ]                                        # who is first of two at once is a convention
  }))
}
minutes_of <- function(visits, zone, stream) {                                 # seconds of each visit, by local date
  out <- NULL
  for (key in unique(stream)) {
    own <- which(stream == key); own <- own[order(visits$start[own])]; origin <- min(visits$start[own])
    owner <- integer(max(visits$start[own], visits$end[own], na.rm = TRUE) - origin + cap + 1)
    for (place in seq_along(own)) {
      i <- own[place]; following <- if (place < length(own)) visits$start[own[place + 1]] else Inf
      until <- if (!is.na(visits$end[i])) visits$end[i] else if (following - visits$start[i] <= cap) following else visits$start[i]
      seconds <- seq_len(until - visits$start[i]) + visits$start[i] - origin
      owner[seconds[owner[seconds] == 0]] <- i
    }
    taken <- which(owner > 0)
    day <- format(as.POSIXct(origin + taken - 1, origin = "1970-01-01", tz = zone), "%Y-%m-%d")
    out <- rbind(out, data.frame(visit = owner[taken], day = day))
  }
  out
}
sessions_of <- function(visits, unit) {
  number <- integer(nrow(visits))
  for (key in unique(unit)) {
    own <- which(unit == key); own <- own[order(visits$start[own])]
    last <- cummax(pmax(visits$start[own], visits$end[own], na.rm = TRUE))
    number[own] <- 1 + cumsum(c(FALSE, visits$start[own][-1] - last[-length(own)] > gap))
  }
  number
}
run <- function(case, apart) {
  visits <- make(case); zone <- case[1]
  stream <- if (apart) paste(visits$person, visits$device) else paste(visits$person)
  unit <- paste(visits$person, visits$medium, if (apart) visits$device else "")
  seconds <- minutes_of(visits, zone, stream); number <- sessions_of(visits, unit)
  day <- format(as.POSIXct(visits$start, origin = "1970-01-01", tz = zone), "%Y-%m-%d")
  opens <- ave(visits$start, unit, number, FUN = min) == visits$start
  begun <- data.frame(person = visits$person, medium = visits$medium, device = if (apart) visits$device else "", day = day,
                      minutes = 0, sessions = as.numeric(opens), visits = 1)
  spent <- data.frame(begun[seconds$visit, c("person", "medium", "device")], day = seconds$day, minutes = 1 / 60, sessions = 0, visits = 0)
  days <- aggregate(cbind(minutes, sessions, visits) ~ person + medium + device + day, rbind(begun, spent), sum)
  list(zone = zone, apart = apart, visits = as.list(visits), days = as.list(days[order(days$person, days$medium, days$device, days$day), ]))
}
output <- list(source = list(R = R.version.string, script = "clocks.R"), gap = gap, cap = cap,
  runs = unlist(lapply(names(cases), function(name) setNames(lapply(c(FALSE, TRUE), function(apart) run(cases[[name]], apart)),
                                                            paste0(name, c("_together", "_apart")))), recursive = FALSE))
write_json(output, arguments[1], digits = 15, auto_unbox = TRUE, na = "null")
