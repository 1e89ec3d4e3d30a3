"""What we can say: pure folds of the log, the tables they fill, and one function a question."""
