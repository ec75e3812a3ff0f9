"""`python -m survey_stats`."""

from survey_stats.cli import main

if __name__ == "__main__":
    main()
