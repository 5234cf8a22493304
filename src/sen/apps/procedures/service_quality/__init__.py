"""The index of Quyết định 766/QĐ-TTg: weights as dated data, components, points."""
