"""The engine: runs the pathway's drawings, keeps the record, and knows nothing of the web."""
