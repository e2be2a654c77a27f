"""What the rules of the workflow run: each job reads files, calls the function that does the work, and writes files."""
