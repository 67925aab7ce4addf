"""What would have been by other settings: what people, carriers and channels did is kept, and every rule is applied twice.

Once with the settings in force then, once with the changed ones; the difference is what the change would have done. The rules
are those that decide at the desk: clocks and calendars, the decision about each message, asking and lapsing, escalation,
authority and what may be offered at all. Nothing is written and nothing is sent.
"""
