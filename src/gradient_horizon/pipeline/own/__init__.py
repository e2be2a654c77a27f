"""Classes of the user's own, tried on something tiny before anything is trained."""
