"""Delivery: the contract of all targets, and what is particular to each."""
