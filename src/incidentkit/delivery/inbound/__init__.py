"""Reading what comes in: mails of people and of machines, and where in the record they belong."""
