"""The app's own migrations; the record's are incidentkit's."""
