"""time_use"""
