"""Pictures of lineage: plain data in, a layout and a self-contained SVG document out."""
