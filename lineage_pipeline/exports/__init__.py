"""A part of the graph as a file for other programs: plain data in, text out.

One module a format. What asks the warehouse for the data stands in `lineage_pipeline.questions`.
"""
