"""The weekly digest: its figures, its schedule, and its layout in Word."""
