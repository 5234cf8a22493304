"""Finds the tasks in the text of an official document, by rules that can be read and explained."""
