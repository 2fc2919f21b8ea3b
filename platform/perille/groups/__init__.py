"""Groups of learners: who is in one, who came, what it learns together. A trainer sees that, and no answer of anybody."""
