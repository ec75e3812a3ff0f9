"""An export → coded answers, with every cell accounted for."""
