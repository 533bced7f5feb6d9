"""Read sources and turn what a person wrote into activities with their facts."""
