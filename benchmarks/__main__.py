"""Run all benchmarks: `make bench`. Prints a ratio each, with the goal beside it; never fails for being slow."""

from __future__ import annotations

from benchmarks import audience, correlations, raking, reading, reliability, report

if __name__ == "__main__":
    print(f"{'benchmark':58} {'ratio':>7} {'goal':>6}   measured")
    for benchmark in (
        report.against_imports,
        reading.reading_against_calamine,
        reading.study_against_calamine,
        reading.memory_against_grid,
        audience.against_sql,
        raking.raking_against_r,
        correlations.against_pingouin,
        correlations.against_psych,
        reliability.bootstrap_against_psych,
        reliability.item_table_against_corr,
    ):
        name, ratio, goal, measured = benchmark()
        print(f"{name:58} {ratio:7.2f} {goal:6.1f}   {measured}")
