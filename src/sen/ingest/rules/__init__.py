"""The rules of the units on the way of the readings: judged before a batch is stored, published before it is acknowledged.

- `watch.py`: the evaluator, its transitions in the order in which they were found, published until the log has them.
- `following.py`: which rules are in force, snapshots of the state, new rules and restarts replayed from the store.
- `past.py`: rows, means and indices of the store for a replay.
"""
