"""Interactive figures of the page: Vega-Lite specifications with form controls that work by keyboard."""
