"""fielding"""
