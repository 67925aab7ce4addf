"""What each event does to a thing, by the kind of thing; `domain.evolve` says which is for which."""
