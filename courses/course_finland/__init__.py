"""Cultural orientation for Finland: twelve lessons and a safety check."""
