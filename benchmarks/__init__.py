"""Measurements that inform choices; nothing here runs in the product or gates a test."""
