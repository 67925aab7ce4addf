"""What helps to test code that uses a desk: strategies for Hypothesis, and a simulated shop.

Nothing is imported before it is named: the simulator needs neither Hypothesis nor pytest.
"""
