"""What is known about a person's work: the store, the taxonomy, detection, frames and metrics."""
