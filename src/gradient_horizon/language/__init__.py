"""What a reader is told in one language: numbers and words."""
