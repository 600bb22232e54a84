"""What messages cost: meters, quotas, top-ups and the totals of a month."""
