"""Models from elsewhere, made into a draft: a package in our layout, or a drawing of another tool with a report of
what was kept, changed and refused. Nothing here publishes anything.
"""
