"""Looking a store over: whether everything in it is as it was written, and says the same."""
