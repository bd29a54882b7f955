"""Papers, sheets and pictures, made from plain values: nothing here asks the database."""
