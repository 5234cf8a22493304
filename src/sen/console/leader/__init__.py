"""The leader's first page: ten numbers, what waits for a decision, what is late and whose. It only puts together what the apps answer."""
