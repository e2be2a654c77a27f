"""Interactive figures: Vega-Lite specifications, driven by form controls that a keyboard reaches."""
