"""The steps of a feed's day: extract, check, load (and search for newcomers), settle. Each can be run again from nothing."""
