"""Run natively: `python -m unittest` in sdk/python."""
