"""The HTTP server of `perille serve`: waitress with deadlines, a fair queue, and a stop that cuts no request."""
