"""Stack Overflow through the Stack Exchange API: https://api.stackexchange.com/docs."""
