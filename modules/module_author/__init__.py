"""How to author: trainers make, translate and publish a course in the Studio."""
