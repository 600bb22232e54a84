"""Slips, the paper of the day, codes for the telephone, forms to sign."""
