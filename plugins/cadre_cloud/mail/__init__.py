"""Mails: who gets them, what stands in them, and their way out."""
