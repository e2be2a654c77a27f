"""What publications report, our own runs of it, and whether the two agree."""
