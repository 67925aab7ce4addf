"""Working time: real elapsed time inside open hours. Pure, and exact to the microsecond."""
