"""Speed against peers and against the limit, as ratios of two things measured in one run."""
