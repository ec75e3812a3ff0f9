"""intake/platforms"""
