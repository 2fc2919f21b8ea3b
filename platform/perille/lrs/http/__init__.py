"""The xAPI resources over HTTP, as WSGI middleware."""
