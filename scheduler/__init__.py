"""The edge "time": what is due, and what is waiting to be sent."""
