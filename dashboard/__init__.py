"""The pages: frames and metrics of `data` shown in a browser."""
