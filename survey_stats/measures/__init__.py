"""Scores and flags."""
