"""What Django has to know of the models: they have no tables. The record's own migrations are incidentkit's."""
