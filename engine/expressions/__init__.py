"""The safe language of drawings, forms and tables: parsed against an allow-list, never run as Python."""
