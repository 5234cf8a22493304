"""The shell around every page: navigation, search, unit picker, pieces of the visual language, error and sign-in pages."""
