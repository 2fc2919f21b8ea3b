"""The learner's way: course, lesson, next."""
