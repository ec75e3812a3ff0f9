"""The bundled analyses: in a wheel they lie here, in a checkout in the root folder `analyses/`."""

from survey_stats.catalogue import bundled_analyses

__path__.append(str(bundled_analyses()))
