"""How templates look on the screen: columns of each kind, values and paths in words. Reads `inheritance`, writes nothing."""
