"""What others see: plain pages made on the server from `data.published`, without Dash and without any callback."""
