"""The hand-over of a shift: fills itself, is noted and ticked by both, signed by both, and becomes a document."""
